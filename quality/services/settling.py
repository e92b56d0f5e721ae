"""What a signature means for its lot: held, released in whole or in part, or still waiting."""

from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Lot
from purchases.services import add_lot_part, set_lot_state
from quality.models import Inspection, LotPart
from quality.rules.lots import state_after_signing, verdict_of_round
from quality.services.finding import found_by_round, reason_of
from quality.services.knownbad import is_known_bad
from quality.services.pairs import OPENERS
from quality.services.switching import count_lot


def settle_signed(*, lot: Lot, inspection: Inspection, actor: User | None) -> None:
    """Move the lot to what its latest round says now that `inspection` is signed.

    While a second person is owed the lot stays as it is, whatever was found: nobody is to tell.
    """
    if lot.inspections.pair_open().filter(pair=Inspection.Pair.OWED).exists():
        return
    if is_known_bad(lot):
        # It says nothing of production: no state, no nonconformance, nothing for switching.
        return
    latest = _latest_round(lot)
    said = verdict_of_round(latest)
    if said is None:
        return
    if inspection.verdict == Inspection.Verdict.FAIL and inspection not in latest:
        # Also when a later round has passed meanwhile: somebody has just found something.
        said, latest = Inspection.Verdict.FAIL, [inspection]
    state = state_after_signing(
        lot.state,
        said,
        begun_after_hold=inspection.opened_at >= lot.state_since,
        others_open=lot.inspections.half_done().exists(),
    )
    disputed = lot.inspections.pair_open().exists()
    if not disputed:
        _count(lot, latest)
    if said == Inspection.Verdict.FAIL and not disputed:
        found_by_round(lot=lot, failed=_deciding(latest))
    if state == Lot.State.RELEASED:
        state = _release_covered(lot, inspection, actor)
    set_lot_state(lot=lot, state=state, reason=_reason(lot, state, said, latest), actor=actor)


def _count(lot: Lot, latest: list[Inspection]) -> None:
    """Feed the switching rules with what the round says: of the third, else of who opened it."""
    openers = [one for one in latest if one.stage in OPENERS]
    thirds = [one for one in latest if one.stage == Inspection.Stage.THIRD]
    if openers:
        count_lot(lot=lot, opener=openers[0], deciding=(thirds or openers)[-1])


def _deciding(latest: list[Inspection]) -> Inspection:
    """The inspection that a failed round goes by: the third, else the first who found it wrong."""
    failed = [one for one in latest if one.verdict == Inspection.Verdict.FAIL]
    thirds = [one for one in failed if one.stage == Inspection.Stage.THIRD]
    return (thirds or failed)[0]


def _reason(lot: Lot, state: str, said: str, latest: list[Inspection]) -> str:
    """Why a lot is held or rejected; empty for the other states."""
    if state not in {Lot.State.ON_HOLD, Lot.State.REJECTED}:
        return ""
    failed = [one for one in latest if one.verdict == Inspection.Verdict.FAIL]
    if said == Inspection.Verdict.FAIL and failed:
        disputed = lot.inspections.pair_open().exists()
        found = reason_of(failed[-1])
        text = _("Two people disagree, a third decides. %(found)s") % {"found": found}
        return text if disputed else found
    return lot.state_reason or _("An inspection did not conform.")


def _release_covered(lot: Lot, inspection: Inspection, actor: User | None) -> Lot.State:
    """Release what the passed round speaks for; what is left stays in inspection."""
    if inspection.covers is None and not (lot.quantity_released or lot.quantity_rejected):
        return Lot.State.RELEASED
    quantity = inspection.covers or lot.remaining
    if quantity:
        LotPart.objects.create(
            lot=lot,
            outcome=LotPart.Outcome.RELEASED,
            quantity=quantity,
            inspection=inspection,
            decided_by=actor or inspection.inspector,
        )
        add_lot_part(lot=lot, released=quantity, actor=actor)
    return Lot.State.IN_INSPECTION if lot.remaining else Lot.State.RELEASED


def settle_withdrawn(*, lot: Lot, actor: User) -> None:
    """Nobody inspects the lot any more: back to what its latest round says."""
    if lot.state != Lot.State.IN_INSPECTION or lot.inspections.half_done().exists():
        return
    if lot.inspections.pair_open().filter(pair=Inspection.Pair.OWED).exists():
        return
    said = verdict_of_round(_latest_round(lot))
    if said is not None and is_known_bad(lot):
        return
    if said == Inspection.Verdict.FAIL:
        reason = _("The latest inspection round did not conform.")
        set_lot_state(lot=lot, state=Lot.State.ON_HOLD, reason=reason, actor=actor)
        return
    parts = lot.quantity_released or lot.quantity_rejected
    if said is not None and parts and lot.remaining:
        return
    state = Lot.State.MADE if said is None else Lot.State.RELEASED
    set_lot_state(lot=lot, state=state, actor=actor)


def _latest_round(lot: Lot) -> list[Inspection]:
    """The inspections in force of the lot's highest round, oldest first."""
    signed = list(lot.inspections.in_force().order_by("signed_at", "pk"))
    last = max((one.round for one in signed), default=0)
    return [one for one in signed if one.round == last]
