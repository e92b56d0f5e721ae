"""Builders for these tests: purchases with contacts, marked as if they had just been saved."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from purchases.models import Purchase
from purchases.services import mark_for_evaluation
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import Evaluation, evaluate_purchases
from tickets.models import Interaction


def bought(
    *,
    contacts: int | Iterable[float] = 0,
    days_ago: float = 40,
    mark: bool = True,
    channel: str = "phone",
    reason: Any = None,
    **fields: Any,
) -> Purchase:
    """A purchase delivered so many days ago, with contacts at these ages in days (or one a day)."""
    delivered = timezone.now() - timedelta(days=days_ago)
    made = make.purchase(
        ordered_at=delivered - timedelta(days=2),
        delivered_at=delivered,
        status=fields.pop("status", "delivered"),
        **fields,
    )
    ages = range(1, contacts + 1) if isinstance(contacts, int) else contacts
    call(made, *ages, mark=mark, channel=channel, reason=reason)
    return made


def call(purchase: Purchase, *ages: float, mark: bool = True, **fields: Any) -> list[Interaction]:
    """Raw contacts at these ages, as the log leaves them before anybody counted."""
    rows = [
        make.interaction(
            purchase=purchase, occurred_at=moment(purchase, age), **{"channel": "phone", **fields}
        )
        for age in ages
    ]
    if mark:
        mark_for_evaluation(purchase_ids=[purchase.pk])
    return rows


def moment(purchase: Purchase, age: float) -> datetime:
    """When a purchase is so many days old."""
    return purchase.clock_at + timedelta(days=age)


def judge(*purchases: Purchase) -> Evaluation:
    """Evaluate these purchases."""
    return evaluate_purchases(purchase_ids=[each.pk for each in purchases])


def flag_of(purchase: Purchase) -> Flag:
    """Its newest flag."""
    return Flag.objects.filter(purchase=purchase).order_by("-pk")[0]
