"""Raw SQL for the tests of what the database itself refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction


def execute(sql: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def insert(table: str, **columns: Any) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))


def update(table: str, pk: int, **columns: Any) -> None:
    changes = ", ".join(f'"{name}" = %s' for name in columns)
    execute(f"UPDATE {table} SET {changes} WHERE id = %s", [*columns.values(), pk])


def delete(table: str, pk: int) -> None:
    execute(f"DELETE FROM {table} WHERE id = %s", [pk])


def refused(name: str, action: Any, *args: Any, **columns: Any) -> None:
    """The action is refused, by this constraint or trigger."""
    # SQLite names the columns of a unique index, not the index.
    unique = {
        "procedure_version_number_once": r"procedures_version\.number",
        "procedure_one_published_version": r"procedures_version\.procedure_id",
        "procedure_one_draft": r"procedures_version\.procedure_id",
        "procedure_step_in_order": r"procedures_step\.position",
        "procedure_step_title_once": r"procedures_step\.title",
        "procedure_branch_in_order": r"procedures_branch\.position",
        "procedure_branch_label_once": r"procedures_branch\.label",
        "procedure_run_once_per_ticket": r"procedures_run\.ticket_id",
        "procedure_run_once_per_call": r"procedures_run\.call_key",
        "procedure_record_once_per_form": r"procedures_record\.form_key",
        "procedure_once_per_form": r"procedures_procedure\.form_key",
    }
    with pytest.raises(IntegrityError, match=f"{name}|{unique.get(name, name)}"):
        action(*args, **columns)
