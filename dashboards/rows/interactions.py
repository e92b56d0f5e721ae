"""Interactions behind a figure: net ones by the cohort of their purchase, and received ones by day."""

from collections.abc import Sequence
from datetime import tzinfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.rows.filters import (
    BIGGEST_KEY,
    cohort_filters,
    mature_filter,
    moment_filters,
    only_filter,
    part_filters,
    state_filter,
)
from dashboards.rows.lists import Looking, RowList
from helpdesk.lib.filters import Filter
from helpdesk.lib.paging import Ordering
from purchases.models import Purchase
from tickets.models import Fault, Interaction, Reason

HEADS = (
    (_("When"), ""),
    (_("What was said"), ""),
    (_("Reason"), ""),
    (_("Purchase"), ""),
    (_("Counts"), ""),
)
ROW = "dashboards/_interaction_row.html"


def judged(purchase: str = "purchase__") -> Q:
    """Of a purchase that takes part in the statistics."""
    return ~Q(**{f"{purchase}status": Purchase.Status.CANCELLED, f"{purchase}dispatched": False})


def counted_rows(looking: Looking) -> QuerySet[Interaction]:
    """Net interactions of judged purchases; ``standing=later``: those after the window."""
    later = looking.params.get("standing") == Interaction.Standing.LATER
    standing = Interaction.Standing.LATER if later else Interaction.Standing.NET
    rows = (
        Interaction.objects.current()
        .filter(judged(), standing=standing, purchase__clock_day__lte=looking.lens.today)
        .select_related("purchase__customer", "reason", "agent")
    )
    # Later ones are rare: the purchase's counter says where to look for them.
    return rows.filter(purchase__later_interactions__gt=0) if later else rows


def counted_filters(looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    return (
        *cohort_filters("purchase__clock_day"),
        *part_filters("purchase_id"),
        *_what_filters(),
        state_filter("fault", "reason__fault", _("Fault"), Fault.choices),
        mature_filter("purchase__clock_day", looking.lens),
        state_filter(
            "standing",
            "standing",
            _("Standing"),
            [
                (Interaction.Standing.NET, Interaction.Standing.NET.label),
                (Interaction.Standing.LATER, Interaction.Standing.LATER.label),
            ],
        ),
    )


def received_rows(_looking: Looking) -> QuerySet[Interaction]:
    """All interactions as they stand, whatever they are about and however they count."""
    return Interaction.objects.current().select_related("purchase__customer", "reason", "agent")


def received_filters(_looking: Looking) -> Sequence[Filter]:
    """The parameters of the list."""
    return (
        *moment_filters("occurred_at", _("Received from"), _("Received until")),
        *_what_filters(),
        state_filter("direction", "direction", _("Direction"), Interaction.Direction.choices),
        only_filter("unattributed", "purchase__isnull", _("Without a purchase"), value=True),
        only_filter("future", "occurred_at__gt", _("Dated in the future"), timezone.now()),
    )


def _what_filters() -> tuple[Filter, ...]:
    return (
        state_filter("channel", "channel", _("Channel"), Interaction.Channel.choices),
        Filter("reason", "reason_id", _("Reason"), _reason),
        only_filter("uncoded", "reason__isnull", _("Without a reason"), value=True),
    )


def _reason(text: str, _zone: tzinfo) -> tuple[object, str]:
    key = int(text) if text.isdecimal() else 0
    reason = Reason.objects.filter(pk=key).first() if 0 < key <= BIGGEST_KEY else None
    if reason is None:
        raise ValueError(gettext("This reason does not exist."))
    return reason.pk, reason.name


INTERACTIONS = RowList(
    title=_("Counted contacts"),
    about=_("by the day their purchase was delivered"),
    rows=counted_rows,
    filters=counted_filters,
    orderings={"purchase": Ordering(_("Purchase"), ("purchase__clock_day",))},
    default="-purchase",
    heads=HEADS,
    row=ROW,
)

RECEIVED = RowList(
    title=_("Contacts received"),
    about=_("by the day they came in, counted or not"),
    rows=received_rows,
    filters=received_filters,
    orderings={"moment": Ordering(_("When"), ("occurred_at",))},
    default="-moment",
    heads=HEADS,
    row=ROW,
)
