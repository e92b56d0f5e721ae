"""Purchases behind a figure: those the counters count, and nothing else."""

from collections.abc import Sequence
from datetime import tzinfo

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.rows.filters import (
    cohort_filters,
    mature_filter,
    only_filter,
    part_filters,
    state_filter,
)
from dashboards.rows.lists import Looking, RowList
from helpdesk.lib.filters import Filter, integer_filter
from helpdesk.lib.paging import Ordering
from purchases.models import Purchase
from thresholds.models import CohortCount
from tickets.models import Interaction

LONGEST_NUMBER = 6
# Up to so many purchases are looked for among a channel's contacts, more of them day by day.
FEW = 5_000


def purchase_rows(looking: Looking) -> QuerySet[Purchase]:
    """Judged purchases whose clock has started, with ``through``: their net interactions, with a
    channel in the address those through it."""
    rows = Purchase.objects.judged().for_list().filter(clock_day__lte=looking.lens.today)
    channel = looking.params.get("channel", "")
    if channel not in Interaction.Channel.values:
        return rows
    contacts = Interaction.objects.filter(
        standing=Interaction.Standing.NET, channel=channel
    ).order_by()
    through = contacts.filter(purchase=OuterRef("pk")).values("purchase")
    counted = through.annotate(number=Count("pk")).values("number")
    return rows.annotate(
        through=Coalesce(Subquery(counted), 0, output_field=IntegerField())
    ).filter(_reached(looking, channel, contacts))


def _reached(looking: Looking, channel: str, contacts: QuerySet[Interaction]) -> Q:
    """Purchases with as many contacts through the channel as asked for, one at least if nothing is.

    This is where they are looked for: on the days on which the counters know such purchases, and
    where those are few, among the purchases that all contacts of the channel lead to. A purchase
    without a contact through the channel has no row in the counters: any day then.
    """
    exact = _whole(looking.params.get("net", ""))
    least = _whole(looking.params.get("reached", ""))
    if 0 in {exact, least}:
        return Q()
    least = least or exact or 1
    found = CohortCount.objects.filter(scope="", channel=channel, net__gte=least)
    by_day = dict(found.values_list("day").annotate(Sum("purchases")).order_by())
    condition = Q(clock_day__in=list(by_day))
    if exact is None:
        condition &= Q(through__gte=least)
    if sum(by_day.values()) <= FEW:
        grouped = contacts.values("purchase").annotate(number=Count("pk"))
        condition &= Q(
            pk__in=list(grouped.filter(number__gte=least).values_list("purchase", flat=True))
        )
    return condition


def _whole(text: str) -> int | None:
    """A number as the filter reads it; None for what is none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def purchase_filters(looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    through = looking.params.get("channel", "") in Interaction.Channel.values
    number = "through" if through else "net_interactions"
    lens = looking.lens
    return (
        *cohort_filters("clock_day"),
        *part_filters("pk"),
        integer_filter("net", number, _("Counted contacts"), most=10**LONGEST_NUMBER - 1),
        integer_filter(
            "reached", f"{number}__gte", _("At least so many"), most=10**LONGEST_NUMBER - 1
        ),
        mature_filter("clock_day", lens),
        only_filter("maturing", "clock_day__gt", _("Still maturing"), lens.mature_until),
        only_filter("weighed", "clock_day__lte", _("Old enough to weigh"), lens.weighed_until),
        state_filter("clock", "clock_kind", _("Clock"), Purchase.Clock.choices),
        Filter("channel", "clock_day__isnull", _("Contacts by"), _channel),
    )


def _channel(text: str, _zone: tzinfo) -> tuple[object, str]:
    """The channel is part of the rows themselves; the filter only names it."""
    if text not in Interaction.Channel.values:
        raise ValueError(gettext("This channel does not exist."))
    return False, str(Interaction.Channel(text).label)


PURCHASES = RowList(
    title=_("Purchases"),
    about=_("by the day they were delivered; cancelled before dispatch left out"),
    rows=purchase_rows,
    filters=purchase_filters,
    orderings={
        "net": Ordering(_("Tally"), ("net_interactions",)),
        "day": Ordering(_("Delivered"), ("clock_day",)),
    },
    default="-day",
    heads=((_("Tally"), ""), (_("Purchase"), ""), (_("Delivered"), ""), (_("Flag"), "")),
    row="dashboards/_purchase_row.html",
)
