"""Questions whose statement is put together once in a process, and asked with new keys each time.

Django builds the statement of a queryset anew for every request; for a page's bigger questions
that takes longer than the database needs to answer (ADR 12). A prepared question is an ordinary
queryset with places for keys: what comes back are the same rows and objects.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.http import Http404

M = TypeVar("M", bound=Model)
Key = int | str | datetime
# Keys that no row has; each stands in the statement for one that is given when it is asked.
PLACES: dict[type, Callable[[int], Key]] = {
    int: lambda place: 2**62 + 907_301 + place,
    str: lambda place: f"\x01place {place}\x01",
    datetime: lambda place: datetime(1, 1, 1 + place, 9, 7, 3, 1, tzinfo=UTC),
}


@dataclass(frozen=True)
class _Statement(Generic[M]):
    """A queryset with places for keys, its statement, and which parameter takes which key."""

    rows: QuerySet[M]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    places: dict[int, int]


@dataclass(frozen=True)
class _Query:
    """The query of a queryset, with a compiler that has its statement already."""

    query: Any
    compiler: SQLCompiler

    def get_compiler(self, using: str) -> SQLCompiler:
        """The compiler at hand; ``using`` is the one database there is."""
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)


class _Asked:
    """What Django's own iterables of rows need of a queryset."""

    def __init__(self, rows: Any, compiler: SQLCompiler) -> None:
        self.db, self.model, self._fields = rows.db, rows.model, rows._fields
        self._known_related_objects = rows._known_related_objects
        self.query = _Query(rows.query, compiler)


class Prepared(Generic[M]):
    """``build(*keys)`` gives the queryset; calling this gives its rows for those keys.

    Keys are whole numbers, moments, or texts that are compared whole; a place keeps its kind.
    Everything else in the queryset stays as it was the first time: nothing of the person who asks, no slice by a number that differs, and no prefetching. Safe in threads, and on
    whatever connection the thread has.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement[M]] = {}

    def __call__(self, *keys: Key) -> list[M]:
        """The rows."""
        made, params = self._filled(keys)
        # Of its own for each question: a compiler remembers its connection.
        compiler: Any = copy(made.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (made.sql, params)
        iterable: Any = made.rows
        return list(iterable._iterable_class(_Asked(made.rows, compiler)))

    def statement(self, *keys: Key) -> tuple[str, tuple[Any, ...]]:
        """The statement and its parameters, to stand inside a bigger one."""
        made, params = self._filled(keys)
        return made.sql, params

    def first(self, *keys: Key) -> M | None:
        """The first row, if there is one."""
        return next(iter(self(*keys)), None)

    def or_404(self, *keys: Key) -> M:
        """The first row. Raises Http404 where there is none."""
        row = self.first(*keys)
        if row is None:
            raise Http404
        return row

    def _filled(self, keys: tuple[Key, ...]) -> tuple[_Statement[M], tuple[Any, ...]]:
        """The statement, made the first time, and its parameters with these keys in their places."""
        made = self._statements.get(connection.vendor) or self._make(keys)
        params = list(made.params)
        for at, place in made.places.items():
            params[at] = _adapted(keys[place])
        return made, tuple(params)

    def _make(self, keys: tuple[Key, ...]) -> _Statement[M]:
        marks = [PLACES[_kind(key)](place) for place, key in enumerate(keys)]
        rows = self._build(*marks)
        compiler: Any = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        sought = [_adapted(mark) for mark in marks]
        places = {at: sought.index(value) for at, value in enumerate(params) if value in sought}
        if set(places.values()) != set(range(len(marks))):
            raise ValueError(
                "A key of a prepared question is not in its statement as it was given."
            )
        made = _Statement(rows, compiler, sql, tuple(params), places)
        self._statements[connection.vendor] = made
        return made


def _kind(key: Key) -> type:
    """The kind of a key: booleans and the like are numbers."""
    return next((kind for kind in (str, datetime) if isinstance(key, kind)), int)


def _adapted(key: Key) -> Any:
    """A key as Django gives it to this database's driver."""
    return connection.ops.adapt_datetimefield_value(key) if isinstance(key, datetime) else key
