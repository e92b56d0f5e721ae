"""Raw SQL for the tests of what the database itself refuses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from quality.models import Inspection, Plan, Result

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


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


def inspection(lot: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    """The columns of an inspection that the database takes, but for what the test changes."""
    return {
        "lot_id": lot.pk,
        "product_id": lot.product_id,
        "plan_id": lot.product.plans.get(state="active").pk,
        "stage": "first",
        "round": 1,
        "inspector_id": inspector.pk,
        "maker_id": lot.maker_id,
        "opened_at": MOMENT,
        "note": "",
        "pair": "none",
        "units": 1,
        "version": 1,
        **columns,
    }


def imported(lot: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    """A signed inspection as an import writes it."""
    return (
        inspection(lot, inspector, plan_id=None, external_id="x", signed_at=MOMENT, verdict="pass")
        | columns
    )


def refused(constraint: str, action: Any, *args: Any, **columns: Any) -> None:
    """The action is refused, by this constraint or trigger, and the tables stay as they were."""
    before = (Inspection.objects.count(), Result.objects.count(), Plan.objects.count())
    with pytest.raises(IntegrityError, match=constraint):
        action(*args, **columns)
    assert before == (Inspection.objects.count(), Result.objects.count(), Plan.objects.count())


def second(first: Any, inspector: Any, **columns: Any) -> dict[str, Any]:
    return (
        inspection(
            first.lot,
            inspector,
            stage="second",
            first_id=first.pk,
            first_inspector_id=first.inspector_id,
        )
        | columns
    )


def result(opened: Any, name: str, **columns: Any) -> dict[str, Any]:
    line = opened.plan.characteristics.get(name=name)
    return {
        "inspection_id": opened.pk,
        "characteristic_id": line.pk,
        "typed": "x",
        "unit": "",
        "conforms": True,
        "sample": 1,
        "fault": "",
        "note": "",
        "recorded_at": MOMENT,
        **columns,
    }


def plan(product: Any, **columns: Any) -> dict[str, Any]:
    """The columns of a plan that the database takes, but for what the test changes."""
    return {
        "product_id": product.pk,
        "revision": 2,
        "state": "draft",
        "note": "",
        "seconds": "never",
        "seconds_first": 50,
        "seconds_changed": 20,
        "seconds_percent": 10,
        "category": "",
        "sampling": "whole",
        "level": "",
        "aql_critical": "",
        "aql_major": "",
        "aql_minor": "",
        "made_at": MOMENT,
        "version": 1,
        **columns,
    }


def line(plan: Any, **columns: Any) -> dict[str, Any]:
    """The columns of a characteristic that the database takes, but for what the test changes."""
    row = {"plan_id": plan.pk, "position": 9, "name": "New", "kind": "pass_fail", "unit": ""}
    row |= {"required": True, "method": "", "severity": "major", "good": "", "bad": ""}
    row |= {"lower_inclusive": True, "upper_inclusive": True, "faults": "", "photo_on_fail": False}
    return row | columns
