"""Triggers that refuse changes, on whichever engine the tests run."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from helpdesk.lib.frozen import (
    Declared,
    Frozen,
    Guard,
    InstallTriggers,
    LiftTriggers,
    NoDelete,
    declared_triggers,
    present_triggers,
)
from quality.models import Plan
from tests import make

SEALED = Frozen(
    name="letter_sealed",
    table="lib_letter",
    columns=("body", "author"),
    message="a sent letter doesn't change",
    when="OLD.is_sent = true",
    unless="NEW.body = '' AND NEW.erased = true",
)
KEPT = NoDelete("letter_kept", "lib_letter", "letters are kept", when="OLD.is_sent = true")
PAGES = Guard(
    name="page_of_sent",
    table="lib_page",
    condition=(
        "EXISTS (SELECT 1 FROM lib_letter l WHERE l.id = {row}.letter_id AND l.is_sent = true)"
    ),
    message="the letter is sent",
)


@pytest.fixture
def letters(db: None) -> None:
    execute(
        "CREATE TABLE lib_letter (id integer PRIMARY KEY, body varchar(40) NOT NULL,"
        " author varchar(40), is_sent boolean NOT NULL, erased boolean NOT NULL, note varchar(40))"
    )
    execute("CREATE TABLE lib_page (id integer PRIMARY KEY, letter_id integer, text varchar(40))")
    execute("INSERT INTO lib_letter VALUES (1, 'draft', NULL, false, false, '')")
    execute("INSERT INTO lib_letter VALUES (2, 'sent', NULL, true, false, '')")
    execute("INSERT INTO lib_page VALUES (10, 1, 'a'), (20, 2, 'b')")
    migrate(SEALED, KEPT, PAGES)


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def migrate(*declared: Declared, backwards: bool = False) -> None:
    operation = InstallTriggers(declared)
    state = ProjectState()
    with transaction.atomic():
        # A migration's own editor wants foreign keys off before the transaction on SQLite; these
        # statements need no rebuild, so the plain editor is enough.
        editor = connection.SchemaEditorClass(connection, atomic=False)
        editor.deferred_sql = []
        move = operation.database_backwards if backwards else operation.database_forwards
        move("helpdesk", editor, state, state)


def refused(sql: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        execute(sql)
    return str(caught.value).splitlines()[0]


def body(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM lib_letter WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


@pytest.mark.usefixtures("letters")
def test_a_frozen_column_cannot_change_and_the_error_says_why() -> None:
    error = refused("UPDATE lib_letter SET body = 'changed' WHERE id = 2")
    assert error == "letter_sealed: a sent letter doesn't change"
    assert body(2) == "sent"


@pytest.mark.usefixtures("letters")
def test_setting_a_frozen_null_is_a_change() -> None:
    refused("UPDATE lib_letter SET author = 'someone' WHERE id = 2")


@pytest.mark.usefixtures("letters")
def test_other_columns_and_rows_outside_the_condition_change_freely() -> None:
    execute("UPDATE lib_letter SET note = 'read' WHERE id = 2")
    execute("UPDATE lib_letter SET body = body, author = NULL WHERE id = 2")
    execute("UPDATE lib_letter SET body = 'better' WHERE id = 1")
    assert body(1) == "better"


@pytest.mark.usefixtures("letters")
def test_the_allowed_exception_passes_and_a_null_in_it_does_not() -> None:
    execute("UPDATE lib_letter SET body = '', erased = true WHERE id = 2")
    assert body(2) == ""
    refused("UPDATE lib_letter SET body = 'again' WHERE id = 2")


@pytest.mark.usefixtures("letters")
def test_a_row_that_must_stay_cannot_be_deleted() -> None:
    assert refused("DELETE FROM lib_letter WHERE id = 2") == "letter_kept: letters are kept"
    execute("DELETE FROM lib_letter WHERE id = 1")


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO lib_page VALUES (21, 2, 'c')",
        "UPDATE lib_page SET text = 'x' WHERE id = 20",
        "UPDATE lib_page SET letter_id = 1 WHERE id = 20",
        "UPDATE lib_page SET letter_id = 2 WHERE id = 10",
        "DELETE FROM lib_page WHERE id = 20",
    ],
)
def test_a_guard_looks_into_another_table_for_every_event(sql: str) -> None:
    assert refused(sql).endswith(": the letter is sent")


@pytest.mark.usefixtures("letters")
def test_a_guard_lets_rows_of_others_pass() -> None:
    execute("INSERT INTO lib_page VALUES (11, 1, 'c')")
    execute("UPDATE lib_page SET text = 'x' WHERE id = 10")
    execute("DELETE FROM lib_page WHERE id = 10")


@pytest.mark.usefixtures("letters")
def test_the_triggers_present_are_listed_and_installing_twice_is_harmless() -> None:
    expected = {
        ("lib_letter", "letter_sealed"),
        ("lib_letter", "letter_kept"),
        ("lib_page", "page_of_sent_insert"),
        ("lib_page", "page_of_sent_update"),
        ("lib_page", "page_of_sent_delete"),
    }
    migrate(SEALED, KEPT, PAGES)
    assert expected <= present_triggers(connection)
    migrate(SEALED, KEPT, PAGES, backwards=True)
    assert not expected & present_triggers(connection)
    execute("UPDATE lib_letter SET body = 'free' WHERE id = 2")


@pytest.mark.usefixtures("letters")
def test_lifted_triggers_let_a_table_be_rebuilt_and_come_back_with_the_way_back() -> None:
    ours = {("lib_letter", "letter_sealed"), ("lib_letter", "letter_kept")}
    before = present_triggers(connection)
    lift = LiftTriggers((SEALED, KEPT, PAGES))
    state = ProjectState()
    with transaction.atomic():
        editor = connection.schema_editor(atomic=False)
        editor.deferred_sql = []
        lift.database_forwards("lib", editor, state, state)
        assert not ours & present_triggers(connection)
        execute("ALTER TABLE lib_letter RENAME TO lib_letter_before")
        execute("ALTER TABLE lib_letter_before RENAME TO lib_letter")
        lift.database_backwards("lib", editor, state, state)
    assert present_triggers(connection) == before


@pytest.mark.usefixtures("letters")
def test_a_name_that_postgresql_would_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 56"):
        migrate(NoDelete("n" * 57, "lib_letter", "no"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_row_that_is_never_deleted_is_gone_after_a_test_that_commits(time: str) -> None:
    assert not Plan.objects.exists()
    make.plan(active=True)
    assert refused("DELETE FROM quality_plan").startswith("plan_kept: "), time
    assert declared_triggers() <= present_triggers(connection)
