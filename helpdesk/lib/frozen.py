"""Rows that the database itself refuses to change: triggers, declared once for both engines.

Every app lists its triggers as `FROZEN` in `<app>/frozen.py` and installs them in a migration with
`InstallTriggers`. Django's SQLite table rebuild (most AlterField, AddConstraint, ...) silently
drops them, so a migration that rebuilds such a table repeats the operation at its end, and a test
compares `present_triggers` with `declared_triggers`.

A refusal is an `IntegrityError` on both engines, its text "<name>: <message>".
Conditions are SQL that both engines understand: compare booleans with `= true`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils.module_loading import module_has_submodule

Event = Literal["INSERT", "UPDATE", "DELETE"]
EVENTS: tuple[Event, ...] = ("INSERT", "UPDATE", "DELETE")
# PostgreSQL cuts longer names, and a cut name is never found again.
_LONGEST_NAME = 56


@dataclass(frozen=True)
class Trigger:
    """One trigger as both engines create it: before `event` on each row for which `condition` holds.

    `condition` speaks of OLD and NEW; `subquery` says that it looks into other tables.
    """

    name: str
    table: str
    event: Event
    condition: str
    message: str
    columns: tuple[str, ...] = ()
    subquery: bool = False


@dataclass(frozen=True)
class Frozen:
    """`columns` of `table` never change once `when` (of the OLD row; empty: always) holds.

    `unless` (of OLD and NEW) names the one change that is allowed, an erasure for example.
    NULL counts as a value: setting or clearing a column is a change.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    message: str
    when: str = ""
    unless: str = ""

    def triggers(self) -> list[Trigger]:
        """The triggers that enforce this."""
        changed = " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in self.columns)
        parts = [f"({changed})"]
        if self.when:
            parts.append(f"({self.when})")
        if self.unless:
            # Without coalesce a NULL in the exception would let every change through.
            parts.append(f"NOT coalesce(({self.unless}), false)")
        condition = " AND ".join(parts)
        return [Trigger(self.name, self.table, "UPDATE", condition, self.message, self.columns)]


@dataclass(frozen=True)
class NoDelete:
    """Rows of `table` are never deleted (once `when`, of the OLD row, holds)."""

    name: str
    table: str
    message: str
    when: str = ""

    def triggers(self) -> list[Trigger]:
        """The triggers that enforce this."""
        return [Trigger(self.name, self.table, "DELETE", self.when or "true", self.message)]


@dataclass(frozen=True)
class Guard:
    """No `events` on rows of `table` for which `condition` holds; it may look into other tables.

    `{row}` in the condition stands for the row as it was (DELETE), as it would be (INSERT), or
    both in turn (UPDATE): a result can be moved neither out of nor into a signed inspection.
    """

    name: str
    table: str
    condition: str
    message: str
    events: tuple[Event, ...] = EVENTS

    def triggers(self) -> list[Trigger]:
        """The triggers that enforce this, one for each event."""
        rows = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}
        return [
            Trigger(
                f"{self.name}_{event.lower()}",
                self.table,
                event,
                " OR ".join(f"({self.condition.replace('{row}', row)})" for row in rows[event]),
                self.message,
                subquery=True,
            )
            for event in self.events
        ]


Declared = Frozen | NoDelete | Guard


class InstallTriggers(Operation):
    """Migration operation that (re)creates the triggers of `declared`; reversible, repeatable."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, declared: Sequence[Declared]) -> None:
        self.declared = list(declared)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create them, replacing those of the same name."""
        install(schema_editor, self.declared)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop them."""
        remove(schema_editor, self.declared)

    def describe(self) -> str:
        """For the output of migrate."""
        return "Install triggers " + ", ".join(d.name for d in self.declared)

    @property
    def migration_name_fragment(self) -> str:
        """For makemigrations' proposal of a name."""
        return "triggers"


class LiftTriggers(InstallTriggers):
    """Migration operation that takes triggers off, so that SQLite can rebuild a table they name.

    SQLite refuses to rename a table while a trigger elsewhere speaks of it, and drops the table's
    own triggers with it. So a migration that changes such a table reads: ``LiftTriggers(FROZEN)``,
    the change, ``InstallTriggers(FROZEN)``; backwards each does the other's work.
    """

    database_forwards = InstallTriggers.database_backwards
    database_backwards = InstallTriggers.database_forwards

    def describe(self) -> str:
        """For the output of migrate."""
        return "Lift triggers " + ", ".join(d.name for d in self.declared)

    @property
    def migration_name_fragment(self) -> str:
        """For makemigrations' proposal of a name."""
        return "lift_triggers"


def install(schema_editor: BaseDatabaseSchemaEditor, declared: Iterable[Declared]) -> None:
    """Create the triggers in the database, replacing those of the same name."""
    write = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for trigger in (t for d in declared for t in d.triggers()):
        if len(trigger.name) > _LONGEST_NAME:
            msg = f"the trigger name {trigger.name} is longer than {_LONGEST_NAME} characters"
            raise ValueError(msg)
        _drop(schema_editor, trigger)
        for statement in write(trigger):
            schema_editor.execute(statement, params=None)


def remove(schema_editor: BaseDatabaseSchemaEditor, declared: Iterable[Declared]) -> None:
    """Drop the triggers; those that are not there are no error."""
    for trigger in (t for d in declared for t in d.triggers()):
        _drop(schema_editor, trigger)


def declared_triggers() -> set[tuple[str, str]]:
    """(table, trigger) of everything the installed apps declare in their `frozen.py`."""
    return {(t.table, t.name) for d in declarations() for t in d.triggers()}


def declarations() -> list[Declared]:
    """All that the installed apps list as `FROZEN` in their `frozen.py`."""
    found: list[Declared] = []
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "frozen"):
            found += import_module(f"{app.name}.frozen").FROZEN
    return found


def present_triggers(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """(table, trigger) of the triggers that are in the database."""
    queries = {
        "postgresql": (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        ),
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return {(str(table), str(name)) for table, name in cursor.fetchall()}


def _postgresql(trigger: Trigger) -> list[str]:
    """The function that refuses, and the trigger that calls it."""
    refusal = (
        "RAISE EXCEPTION USING ERRCODE = '23514', "
        f"CONSTRAINT = {_text(trigger.name)}, TABLE = {_text(trigger.table)}, "
        f"MESSAGE = {_text(f'{trigger.name}: {trigger.message}')};"
    )
    if trigger.subquery:
        # A trigger's own WHEN may not look into other tables; without one the function is called
        # for every row, so the cheap kinds keep theirs.
        refusal = f"IF {trigger.condition} THEN {refusal} END IF;"
    result = "OLD" if trigger.event == "DELETE" else "NEW"
    when = "" if trigger.subquery else f"WHEN ({trigger.condition}) "
    return [
        (
            f'CREATE OR REPLACE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql '
            f"AS $refuse$ BEGIN {refusal} RETURN {result}; END $refuse$"
        ),
        (
            f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} ON "{trigger.table}" '
            f'FOR EACH ROW {when}EXECUTE FUNCTION "{trigger.name}"()'
        ),
    ]


def _sqlite(trigger: Trigger) -> list[str]:
    """The trigger that refuses."""
    columns = ", ".join(f'"{c}"' for c in trigger.columns)
    event = f"{trigger.event} OF {columns}" if columns else trigger.event
    # SQLite before 3.39 does not know IS DISTINCT FROM; its IS NOT means the same.
    condition = trigger.condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        (
            f'CREATE TRIGGER "{trigger.name}" BEFORE {event} ON "{trigger.table}" '
            f"FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, {_text(f'{trigger.name}: {trigger.message}')}); END"
        )
    ]


def _drop(schema_editor: BaseDatabaseSchemaEditor, trigger: Trigger) -> None:
    """Drop one trigger and its function, if there."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"', params=None
        )
        schema_editor.execute(f'DROP FUNCTION IF EXISTS "{trigger.name}"()', params=None)
    else:
        schema_editor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}"', params=None)


def _text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
