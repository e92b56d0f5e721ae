"""Purchases behind a figure: those the counters count, and nothing else."""

from collections.abc import Sequence
from datetime import tzinfo

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
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
from tickets.models import Interaction


def purchase_rows(looking: Looking) -> QuerySet[Purchase]:
    """Judged purchases whose clock has started, with ``through``: their net interactions, with a
    channel in the address those through it."""
    rows = Purchase.objects.judged().for_list().filter(clock_day__lte=looking.lens.today)
    channel = looking.params.get("channel", "")
    if channel not in Interaction.Channel.values:
        return rows
    contacts = Interaction.objects.filter(
        purchase=OuterRef("pk"), standing=Interaction.Standing.NET, channel=channel
    )
    counted = contacts.order_by().values("purchase").annotate(number=Count("pk")).values("number")
    return rows.annotate(
        through=Coalesce(Subquery(counted), 0, output_field=IntegerField())
    ).filter(_enough(looking))


def _enough(looking: Looking) -> Q:
    """Without a number asked for: purchases with a contact through the channel."""
    asked = looking.params.get("net") or looking.params.get("reached")
    return Q() if asked else Q(through__gte=1)


def purchase_filters(looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    through = looking.params.get("channel", "") in Interaction.Channel.values
    number = "through" if through else "net_interactions"
    lens = looking.lens
    return (
        *cohort_filters("clock_day"),
        *part_filters("pk"),
        integer_filter("net", number, _("Counted contacts"), most=10**6),
        integer_filter("reached", f"{number}__gte", _("At least so many"), most=10**6),
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
    default="-net",
    heads=((_("Tally"), ""), (_("Purchase"), ""), (_("Delivered"), ""), (_("Flag"), "")),
    row="dashboards/_purchase_row.html",
)
