"""What inspections and managers say of a lot; the state is a column of the purchases room."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Access, User
from purchases.models import Lot
from purchases.services import LotDraft, save_lot, set_lot_state
from quality.models import Inspection
from quality.rules.judging import LONGEST, judge
from quality.rules.lots import state_after_signing, verdict_of_round
from quality.rules.words import told

DECISIONS = {
    "hold": Lot.State.ON_HOLD,
    "release": Lot.State.RELEASED,
    "reject": Lot.State.REJECTED,
}


def locked(lot_id: int) -> Lot:
    """The lot, with its row locked until the transaction ends."""
    found: Lot = (
        Lot.objects.select_for_update(no_key=True, of=("self",))
        .select_related("product", "maker")
        .get(pk=lot_id)
    )
    return found


@transaction.atomic
def name_maker(*, lot: Lot, maker: User, actor: User) -> Lot:
    """Say who made a lot whose maker was unknown; its unsigned inspections take it over.

    Raises ValidationError when the maker is known already or has inspected the lot.
    """
    lot = locked(lot.pk)
    if lot.maker_id is not None:
        raise ValidationError(_("The maker of lot %(lot)s is known already.") % {"lot": lot.number})
    if lot.inspections.filter(inspector=maker).exists():
        raise ValidationError(
            _("%(name)s has inspected this lot and so cannot be its maker.") % {"name": maker.name}
        )
    draft = LotDraft(
        product=lot.product,
        number=lot.number,
        maker=maker,
        made_on=lot.made_on,
        quantity=lot.quantity,
    )
    lot = save_lot(actor=actor, draft=draft, lot=lot)
    lot.inspections.half_done().update(maker=maker)
    return lot


@transaction.atomic
def decide_lot(*, lot: Lot, decision: str, reason: str, actor: User) -> Lot:
    """A manager holds, releases or rejects a lot, with a reason.

    Released is only what is on hold, by somebody who neither made nor inspected it, and not while
    an inspection is open. Raises ValidationError.
    """
    lot = locked(lot.pk)
    state = DECISIONS.get(decision)
    reason = reason.strip()
    if state is None:
        raise ValidationError(_("Choose to hold, release or reject the lot."))
    if not reason:
        raise ValidationError({"reason": _("Say why: it is shown wherever this lot appears.")})
    if lot.state == state:
        raise ValidationError(
            _("Lot %(lot)s is “%(state)s” already.")
            % {"lot": lot.number, "state": lot.get_state_display()}
        )
    if state == Lot.State.RELEASED:
        _refuse_release(lot, actor)
    set_lot_state(lot=lot, state=state, reason=reason, actor=actor)
    return lot


def _refuse_release(lot: Lot, actor: User) -> None:
    """Raise ValidationError when this person cannot release this lot now."""
    if lot.state != Lot.State.ON_HOLD:
        raise ValidationError(
            _("Only a lot on hold is released by decision; others are released by inspection.")
        )
    if actor.pk == lot.maker_id or lot.inspections.filter(inspector=actor).exists():
        raise ValidationError(
            _("You made or inspected this lot. Another manager has to release it: %(names)s.")
            % {"names": names_of_releasers(lot) or _("there is none yet")}
        )
    if lot.inspections.half_done().exists():
        raise ValidationError(
            _("An inspection of this lot is still open. Let it be signed or withdrawn first.")
        )


def names_of_releasers(lot: Lot) -> str:
    """The managers who neither made nor inspected the lot."""
    able = User.objects.active().filter(manager_access=Access.FULL)
    others = able.exclude(inspections__lot=lot).exclude(lots_made=lot)
    return ", ".join(others.order_by("name").values_list("name", flat=True)[:5])


def begin_inspecting(*, lot: Lot, actor: User) -> None:
    """A lot being inspected is not shipped; one on hold stays on hold."""
    if lot.state in {Lot.State.MADE, Lot.State.RELEASED}:
        set_lot_state(lot=lot, state=Lot.State.IN_INSPECTION, actor=actor)


def settle_signed(*, lot: Lot, inspection: Inspection, actor: User | None) -> None:
    """Move the lot to what its latest round says now that `inspection` is signed."""
    said = verdict_of_round(_latest_round(lot))
    if said is None:
        return
    if inspection.verdict == Inspection.Verdict.FAIL:
        # Also when a later round has passed meanwhile: somebody has just found something.
        said = Inspection.Verdict.FAIL
    state = state_after_signing(
        lot.state,
        said,
        begun_after_hold=inspection.opened_at >= lot.state_since,
        others_open=lot.inspections.half_done().exists(),
    )
    reason = lot.state_reason
    if state == Lot.State.ON_HOLD and inspection.verdict == Inspection.Verdict.FAIL:
        reason = reason_of(inspection)
    elif state not in {Lot.State.ON_HOLD, Lot.State.REJECTED}:
        reason = ""
    # A corrected fail may leave another fail of the round in force, so a hold always has a reason.
    reason = reason or _("Round %(round)s did not conform.") % {"round": inspection.round}
    keep = state in {Lot.State.ON_HOLD, Lot.State.REJECTED}
    set_lot_state(lot=lot, state=state, reason=reason if keep else "", actor=actor)


def settle_withdrawn(*, lot: Lot, actor: User) -> None:
    """Nobody inspects the lot any more: back to what its latest round says."""
    if lot.state != Lot.State.IN_INSPECTION or lot.inspections.half_done().exists():
        return
    said = verdict_of_round(_latest_round(lot))
    if said == Inspection.Verdict.FAIL:
        reason = _("The latest inspection round did not conform.")
        set_lot_state(lot=lot, state=Lot.State.ON_HOLD, reason=reason, actor=actor)
        return
    state = Lot.State.MADE if said is None else Lot.State.RELEASED
    set_lot_state(lot=lot, state=state, actor=actor)


def _latest_round(lot: Lot) -> list[Inspection]:
    """The inspections in force of the lot's highest round."""
    signed = list(lot.inspections.in_force())
    last = max((one.round for one in signed), default=0)
    return [one for one in signed if one.round == last]


def reason_of(inspection: Inspection) -> str:
    """What a failed inspection found, in one line of at most 300 characters."""
    failed = inspection.results.filter(conforms=False).select_related("characteristic")
    found = "; ".join(
        told(result.characteristic, judge(result.characteristic, result.typed, result.unit))
        for result in failed
    )
    text = _("%(stage)s, round %(round)s: %(found)s") % {
        "stage": inspection.get_stage_display(),
        "round": inspection.round,
        "found": found or inspection.note or _("does not conform"),
    }
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
