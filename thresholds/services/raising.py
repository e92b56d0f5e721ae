"""What the evaluator does to flags: raising them, and ending those that moved away."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from notices.services import notify
from purchases.models import Purchase
from thresholds.models import Flag, FlagEvent, Threshold
from tickets.models import Interaction, TicketEvent
from tickets.services import set_flag_state

# How a contact that was logged before comes to a purchase.
ARRIVALS = (TicketEvent.Kind.ATTACHED, TicketEvent.Kind.MOVED, TicketEvent.Kind.MERGED)
# More flags than this from one evaluation are told as one notice.
MOST_SINGLE_NOTICES = 5


def raise_flags(
    *, threshold: Threshold, number: int, over: Sequence[tuple[Purchase, Flag | None]]
) -> list[Flag]:
    """Raise a flag on each purchase (with its last flag, if any) and tell the managers.

    Call it under the locks of the purchases.
    """
    if not over:
        return []
    now = timezone.now()
    newly = _only_number_moved([purchase for purchase, _last in over], threshold)
    flags = [
        Flag(
            purchase=purchase,
            threshold=number,
            revision=threshold.in_force,
            net_when_raised=purchase.net_interactions,
            again_after=last,
            newly_over_the_line=purchase.pk in newly,
            raised_at=now,
        )
        for purchase, last in over
    ]
    Flag.objects.bulk_create(flags)
    FlagEvent.objects.bulk_create(
        FlagEvent(
            flag=flag,
            kind=FlagEvent.Kind.RAISED,
            changes={"net": [None, str(flag.net_when_raised)], "threshold": [None, str(number)]},
            at=now,
        )
        for flag in flags
    )
    set_flag_state(
        purchase_ids=[purchase.pk for purchase, _last in over], state=Purchase.FlagState.OPEN
    )
    _tell_managers(flags)
    return flags


def close_as_moved(*, below: Sequence[tuple[Purchase, Flag, Flag | None]]) -> None:
    """End flags whose purchase fell below the line: interactions moved away or no longer count.

    With the flag comes the last one that somebody answered: the purchase stands as answered again,
    or as never flagged where there is none.
    """
    now = timezone.now()
    for purchase, flag, answer in below:
        net = purchase.net_interactions if purchase.is_judged else 0
        Flag.objects.filter(pk=flag.pk).update(
            state=Flag.State.MOVED, net_when_closed=net, closed_at=now, version=F("version") + 1
        )
        FlagEvent.objects.create(
            flag=flag,
            kind=FlagEvent.Kind.MOVED,
            changes={"net": [str(flag.net_when_raised), str(net)]},
            at=now,
        )
        state = Purchase.FlagState(answer.state) if answer else Purchase.FlagState.NONE
        set_flag_state(purchase_ids=[purchase.pk], state=state)


def _tell_managers(raised: Sequence[Flag]) -> None:
    """A notice for every manager: one a flag, or one for all when an evaluation raised many."""
    managers = list(User.objects.active().with_role(Role.MANAGER))
    if len(raised) > MOST_SINGLE_NOTICES:
        notify(
            people=managers,
            kind="flags_raised",
            key=f"flags:{raised[0].pk}-{raised[-1].pk}",
            params={"count": len(raised)},
            link=reverse("flag_list"),
        )
        return
    for flag in raised:
        kind = "flag_again" if flag.again_after_id else "flag_raised"
        notify(
            people=managers,
            kind="newly_over_the_line" if flag.newly_over_the_line else kind,
            key=f"flag:{flag.pk}:raised",
            params={"order": flag.purchase.order_number, "net": flag.net_when_raised},
            link=reverse("flag_page", args=[flag.pk]),
        )


def _only_number_moved(purchases: Sequence[Purchase], threshold: Threshold) -> set[int]:
    """Those that are over the line because it came down, not because a contact came since."""
    before, since = threshold.number_before, threshold.number_changed_at
    if before is None or since is None:
        return set()
    below = {
        each.pk for each in purchases if each.net_interactions < before and each.created_at < since
    }
    return below - _with_news(below, since)


def _with_news(purchase_ids: Collection[int], since: datetime) -> set[int]:
    """Those with a contact that was logged since, or attached to them since."""
    if not purchase_ids:
        return set()
    logged = Interaction.objects.filter(purchase__in=purchase_ids, logged_at__gte=since)
    attached = TicketEvent.objects.filter(
        kind__in=ARRIVALS, purchase__in=purchase_ids, at__gte=since
    )
    return set(logged.values_list("purchase_id", flat=True)) | {
        pk for pk in attached.values_list("purchase_id", flat=True) if pk is not None
    }
