"""What imported inspections say of their lots."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Lot
from purchases.services.lots import LotNews, set_lot_states
from quality.models import Inspection, KnownBad
from quality.rules.lots import state_after_signing, verdict_of_round


@transaction.atomic
def settle_imported(*, inspections: Sequence[Inspection], actor: User | None) -> None:
    """Move the lots of newly imported inspections to what their latest rounds say: 5 queries.

    Known-bad units stay as they are.

    The state counts from the moment of the lot's newest inspection, not from the import.
    """
    lots: dict[int, Lot] = {one.lot_id: one.lot for one in inspections}
    for known in KnownBad.objects.filter(lot__in=lots).values_list("lot", flat=True):
        del lots[known]
    signed: dict[int, list[Inspection]] = defaultdict(list)
    for one in Inspection.objects.in_force().filter(lot__in=lots).order_by("signed_at", "pk"):
        signed[one.lot_id].append(one)
    half_done = Inspection.objects.half_done().filter(lot__in=lots)
    opened = set(half_done.values_list("lot_id", flat=True))
    news = [_news(lot, signed[pk], others_open=pk in opened) for pk, lot in lots.items()]
    set_lot_states(news=[one for one in news if one], actor=actor)


def _news(lot: Lot, signed: list[Inspection], *, others_open: bool) -> LotNews | None:
    """The state a lot comes to; None when its inspections say nothing."""
    last = max((one.round for one in signed), default=0)
    latest = [one for one in signed if one.round == last]
    said = verdict_of_round(latest)
    if said is None:
        return None
    newest = latest[-1]
    # Nobody decided on a lot that was never inspected: there is no hold to outlast.
    begun_after = lot.state == Lot.State.MADE or newest.opened_at >= lot.state_since
    state = state_after_signing(
        lot.state, said, begun_after_hold=begun_after, others_open=others_open
    )
    reason = ""
    if state in {Lot.State.ON_HOLD, Lot.State.REJECTED}:
        failed = [one for one in latest if one.verdict == Inspection.Verdict.FAIL]
        reason = lot.state_reason or _told(failed[-1] if failed else newest)
    return LotNews(lot, state, reason, newest.signed_at or newest.opened_at)


def _told(failed: Inspection) -> str:
    """Why the lot is on hold."""
    found = failed.note or _("does not conform")
    return _("%(stage)s, round %(round)s: %(found)s") % {
        "stage": failed.get_stage_display(),
        "round": failed.round,
        "found": found,
    }
