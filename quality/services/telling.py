"""What people of the bench are told of in time: actions, their checks, and silence in a chart."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Shop, User
from notices.services.telling import notify
from purchases.models import Product
from quality.models import CorrectiveAction, Inspection
from quality.rules.control import NotYet
from quality.services.figures import figures_of

# A week that ended longer ago is no news; a product without inspections since then is not looked at.
NEWS = timedelta(days=14)
WEEK = timedelta(days=7)


@transaction.atomic
def tell_of_actions() -> int:
    """Tell of corrective actions that are due, and of those to look at whether they helped.

    The owner of a due one; its owner and who agreed on it when it is to be checked. Once each.
    Returns how many notices were asked for.
    """
    shop = Shop.objects.filter(pk=1).first()
    if shop is None:
        # Nothing was set up yet, so nothing waits.
        return 0
    today = timezone.now().astimezone(shop.zone).date()
    waiting = CorrectiveAction.objects.filter(
        checked_on__isnull=True, nonconformance__closed_at__isnull=True
    ).select_related("owner", "made_by", "nonconformance__lot")
    due = waiting.filter(done_on__isnull=True, due_on__lte=today)
    ready = waiting.filter(done_on__isnull=False, check_on__lte=today)
    told = sum(_tell(one, "action_due", [one.owner]) for one in due)
    return told + sum(_tell(one, "action_check", [one.owner, one.made_by]) for one in ready)


def _tell(action: CorrectiveAction, kind: str, people: list[User]) -> int:
    """A notice of the action for those who may read its page."""
    able = {one.pk: one for one in people if one.is_active}
    readers = [one for one in able.values() if one.may(Role.INSPECTOR, Role.MANAGER)]
    return notify(
        people=readers,
        kind=kind,
        key=f"{kind}:{action.pk}",
        params={"what": action.what, "lot": action.nonconformance.lot.number},
        link=reverse("nonconformance_page", args=[action.nonconformance_id]),
    )


@transaction.atomic
def tell_of_silence() -> int:
    """Tell managers, and nobody else, where the last whole week found suspiciously little.

    Once for a product and week. Returns how many notices were asked for.
    """
    shop = Shop.objects.filter(pk=1).first()
    if shop is None:
        return 0
    zone, now = shop.zone, timezone.now()
    managers = list(User.objects.active().with_role(Role.MANAGER))
    lately = Inspection.objects.signed().filter(
        product=OuterRef("pk"), signed_at__gte=now - NEWS, stage=Inspection.Stage.FIRST
    )
    told = 0
    for product in Product.objects.filter(Exists(lately)).order_by("pk"):
        week = _silent_week(product, now, zone)
        if week is not None:
            told += notify(
                people=managers,
                kind="inspection_silence",
                key=f"silence:{product.pk}:{week.isoformat()}",
                params={"product": product.name, "week": week.isoformat()},
                link=f"{reverse('inspection_figures')}?product={product.pk}",
            )
    return told


def _silent_week(product: Product, now: datetime, zone: ZoneInfo) -> date | None:
    """The Monday of the last whole week, if too little was found in it; None otherwise."""
    figures = figures_of(product, now=now, zone=zone)
    if isinstance(figures.chart, NotYet):
        return None
    today = now.astimezone(zone).date()
    last = today - timedelta(days=today.weekday()) - WEEK
    silent = {figures.weeks[one.position].begins for one in figures.chart.low_signals}
    return last if last in silent else None
