"""Words of long texts, found by an index that the database itself keeps.

PostgreSQL: a GIN index over an expression of the row, so that whatever writes the text (a form, an
import, an erasure) has written the index too. SQLite: an FTS5 table that triggers keep; a migration
that rebuilds the table drops them, and repeats ``InstallWords`` at its end.

A word is a run of letters and digits, without case and accents. Any number of texts may have it:
PostgreSQL says from its statistics about how many, and of many only the latest are looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from helpdesk.lib.folding import fold

# Of the texts that have the words so many are ranked, the latest.
RANKED = 200
# More than about so many, and only the latest stretch of the table is looked at.
MANY = 3_000
# A search that the statistics misjudged ends after this; the texts are too many then.
LONGEST_MS = 500
QUERY_CANCELED = "57014"
MOST_WORDS = 8
# A word of fewer letters begins too many others.
SHORTEST_PREFIX = 4

_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# What has no decomposition; the rest loses its accents by one. The marks part words.
_LETTERS, _PLAIN = "øłđðħŋŧƀı", "olddhntbi"
_MARKS = "«»\u2018\u2019\u201c\u201d–—…¿¡€"

# The length of a text is bounded: a tsvector of a megabyte is refused, and the row with it.
FUNCTION = """
CREATE OR REPLACE FUNCTION tallydesk_words(given text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT to_tsvector('pg_catalog.simple'::regconfig, CASE
  WHEN octet_length(left(given, 20000)) = length(left(given, 20000))
  THEN translate(left(given, 20000), {signs}, {blanks})
  ELSE translate(replace(replace(replace(
    regexp_replace(normalize(lower(left(given, 20000)), NFKD), '[\\u0300-\\u036f]', '', 'g'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), {signs} || {foreign}, {blanks} || {plain}) END)
$$
"""
FITS = "{where} AND tallydesk_words({text}) @@ to_tsquery('pg_catalog.simple', %s)"
EXPECTED = "EXPLAIN (FORMAT JSON) SELECT id FROM {table} WHERE {fits}"
NEWEST = "SELECT max(id) FROM {table}"
# The latest rows that fit, then the best of them.
RANKING = """
WITH latest AS MATERIALIZED (
    SELECT id, {text} AS told FROM {table} WHERE {fits} AND id > %s
    ORDER BY id DESC LIMIT {ranked})
SELECT id FROM latest
ORDER BY ts_rank_cd(tallydesk_words(told), to_tsquery('pg_catalog.simple', %s)) DESC, id DESC
LIMIT %s
"""
GIN = (
    "CREATE INDEX CONCURRENTLY {name} ON {table} USING gin (tallydesk_words({text})) WHERE {where}"
)
# How often each word stands in it; those of a partial index are not asked by the planner.
SPREAD = "CREATE STATISTICS {name}_spread ON (tallydesk_words({text})) FROM {table}"
ANALYZE = "ANALYZE {table}"

FTS5 = """
CREATE VIRTUAL TABLE {name}
USING fts5(told, prefix='2 3 4', tokenize="unicode61 remove_diacritics 2")
"""
FILL = "INSERT INTO {name} (rowid, told) SELECT id, {text} FROM {table}"
MATCHING = """
SELECT id FROM (
    SELECT rowid AS key, bm25({name}) AS badness FROM {name}
    WHERE {name} MATCH %s ORDER BY rowid DESC LIMIT {ranked}) found
JOIN {table} ON id = found.key WHERE {where} ORDER BY badness, id DESC LIMIT %s
"""
LOOKED_THROUGH = "SELECT id FROM {table} WHERE {where} AND {parts} ORDER BY id DESC LIMIT %s"
PUT = "INSERT INTO {name} (rowid, told) VALUES (NEW.id, {told});"
TAKE = "DELETE FROM {name} WHERE rowid = OLD.id;"
TRIGGER = "CREATE TRIGGER {trigger} AFTER {event} ON {table} FOR EACH ROW BEGIN {action} END"


@dataclass(frozen=True)
class Hits:
    """Keys of the rows that have the words, the best first; ``more``: not all were looked at."""

    keys: tuple[int, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class WordIndex:
    """The words of ``text`` (SQL over the columns of ``table``) in the rows that fit ``where``.

    ``changes`` are the columns that an update may change. What leaves ``where`` leaves the index
    on PostgreSQL, and is filtered on SQLite. A ``short`` text has no index on SQLite: it is looked
    through, the latest first.
    """

    name: str
    table: str
    text: str
    where: str = "true"
    changes: tuple[str, ...] = ()
    short: bool = False

    def find(self, text: str, *, limit: int) -> Hits:
        """The rows that have all words of a text, the last of them also as a beginning (on
        PostgreSQL where nothing has it whole). A bounded time, whatever the words.
        """
        words = words_of(text)
        if not words:
            return Hits()
        if connection.vendor == "postgresql":
            return self._on_postgresql(words, limit)
        return self._looked_through(text, limit) if self.short else self._on_sqlite(text, limit)

    def sql(self, template: str, **more: object) -> str:
        """A statement about this index; its parts come from the code, never from a person."""
        return template.format(
            name=self.name,
            table=self.table,
            text=self.text,
            where=self.where,
            ranked=RANKED,
            fits=FITS.format(where=self.where, text=self.text),
            **more,
        )

    def _on_postgresql(self, words: Sequence[str], limit: int) -> Hits:
        asked = " & ".join(words)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST_MS])
                after = self._begin(cursor, asked)
                keys = self._best(cursor, asked, limit, after=after)
                if after and len(keys) < limit:
                    # The statistics were wrong, or not made yet.
                    after, keys = 0, self._best(cursor, asked, limit)
                if not keys and len(words[-1]) >= SHORTEST_PREFIX:
                    keys = self._best(cursor, f"{asked}:*", limit)
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
                raise
            return Hits(more=True)
        return Hits(keys, more=after > 0 or len(keys) == limit)

    def _best(
        self, cursor: CursorWrapper, asked: str, limit: int, *, after: int = 0
    ) -> tuple[int, ...]:
        """The best of the latest; of the whole table by the index of words, never row by row."""
        if not after:
            cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(self.sql(RANKING), [asked, after, asked, limit])
        keys = tuple(row[0] for row in cursor.fetchall())
        if not after:
            cursor.execute("SET LOCAL enable_indexscan TO DEFAULT")
        return keys

    def _begin(self, cursor: CursorWrapper, asked: str) -> int:
        """The key after which rows are looked at: 0 for all of them."""
        cursor.execute(self.sql(EXPECTED), [asked])
        expected: int = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
        if expected <= MANY:
            return 0
        cursor.execute(self.sql(NEWEST))
        newest: int = cursor.fetchone()[0] or 0
        return max(0, newest - newest * RANKED * 3 // (expected * 2))

    def _on_sqlite(self, text: str, limit: int) -> Hits:
        # As typed: FTS5 folds both sides in its own way.
        asked = " ".join(f'"{word}"' for word in _runs(text)) + "*"
        return _hits(self.sql(MATCHING), [asked, limit], limit)

    def _looked_through(self, text: str, limit: int) -> Hits:
        words = [f"%{word}%" for word in _runs(text)]
        parts = " AND ".join([f"{self.text} LIKE %s"] * len(words))
        return _hits(self.sql(LOOKED_THROUGH, parts=parts), [*words, limit], limit)

    def triggers(self) -> dict[str, str]:
        """Name → statement of the triggers that keep it on SQLite."""
        if self.short:
            return {}
        put = self.sql(PUT, told=re.sub(r"\b([a-z_]+)\b", r"NEW.\1", self.text))
        take = self.sql(TAKE)
        events = {"insert": ("INSERT", put), "delete": ("DELETE", take)}
        if self.changes:
            events["update"] = (f"UPDATE OF {', '.join(self.changes)}", f"{take} {put}")
        names = {word: f"{self.name}_{word}" for word in events}
        return {
            names[word]: self.sql(TRIGGER, trigger=names[word], event=event, action=action)
            for word, (event, action) in events.items()
        }


def _hits(sql: str, params: Sequence[str | int], limit: int) -> Hits:
    """What SQLite found."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = tuple(row[0] for row in cursor.fetchall())
    return Hits(keys, more=len(keys) == limit)


class InstallWords(Operation):
    """Migration operation that makes (or on SQLite makes anew) a word index; not in a transaction,
    as a large shop's index is built while people work."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, index: WordIndex) -> None:
        self.index = index

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """An index of words is no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make it, with the words of the rows that are there."""
        index = self.index
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            function = FUNCTION.format(
                signs=_text(_SIGNS),
                blanks=_text(" " * len(_SIGNS)),
                foreign=_text(_LETTERS + _MARKS),
                plain=_text(_PLAIN + " " * len(_MARKS)),
            )
            statements = [function, *map(index.sql, (GIN, SPREAD, ANALYZE))]
        elif index.short:
            statements = []
        else:
            statements = [index.sql(FTS5), index.sql(FILL), *index.triggers().values()]
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop it."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"DROP STATISTICS IF EXISTS {self.index.name}_spread", params=None
            )
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.index.name}", params=None)
            return
        for name in self.index.triggers():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        schema_editor.execute(f"DROP TABLE IF EXISTS {self.index.name}", params=None)

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Install the index of words {self.index.name}"

    @property
    def migration_name_fragment(self) -> str:
        """For makemigrations' proposal of a name."""
        return "words"


def words_of(text: str) -> list[str]:
    """The words of a text, folded as the index has them, at most ``MOST_WORDS``."""
    return _runs(fold(text))


def _text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _runs(text: str) -> list[str]:
    """Runs of letters and digits; an underscore parts."""
    return re.findall(r"[^\W_]+", text)[:MOST_WORDS]
