"""What inspections and managers say of a lot; the state is a column of the purchases room."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Access, User
from purchases.models import Lot
from purchases.services import LotDraft, add_lot_part, save_lot, set_lot_state
from quality.models import KnownBad, LotPart, Plan

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
def decide_lot(
    *,
    lot: Lot,
    decision: str,
    reason: str,
    actor: User,
    quantity: int | None = None,
    serials: str = "",
) -> Lot:
    """A manager holds, releases by concession or rejects a lot, or `quantity` of it, with a reason.

    Released is only what is on hold, by somebody who neither made nor inspected it, and not while
    an inspection is open or a second person owed. Raises ValidationError.
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
    if state == Lot.State.ON_HOLD:
        set_lot_state(lot=lot, state=state, reason=reason, actor=actor)
        return lot
    _refuse_quantity(lot, quantity)
    LotPart.objects.create(
        lot=lot,
        outcome=state,
        quantity=quantity,
        serials=serials.strip(),
        concession=state == Lot.State.RELEASED,
        reason=reason,
        decided_by=actor,
    )
    if quantity is not None:
        released = quantity if state == Lot.State.RELEASED else 0
        add_lot_part(lot=lot, released=released, rejected=quantity - released, actor=actor)
        if lot.remaining:
            return lot
        state = Lot.State.RELEASED if lot.quantity_released else Lot.State.REJECTED
    set_lot_state(lot=lot, state=state, reason=reason, actor=actor)
    return lot


def _refuse_quantity(lot: Lot, quantity: int | None) -> None:
    """Raise ValidationError when so many of the lot are not left to be decided on."""
    if quantity is None:
        return
    if lot.remaining is None:
        raise ValidationError(
            {
                "quantity": _(
                    "Nobody has said how many this lot holds. Enter that on its page first."
                )
            }
        )
    if not 1 <= quantity <= lot.remaining:
        raise ValidationError(
            {
                "quantity": _("%(left)s of this lot are not decided yet: enter 1 to %(left)s.")
                % {"left": lot.remaining}
            }
        )


def _refuse_release(lot: Lot, actor: User) -> None:
    """Raise ValidationError when this person cannot release this lot now."""
    if KnownBad.objects.filter(lot=lot).exists():
        raise ValidationError(_("This is a known-bad unit: it is never released."))
    if lot.state != Lot.State.ON_HOLD:
        raise ValidationError(
            _("Only a lot on hold is released by decision; others are released by inspection.")
        )
    if actor.pk == lot.maker_id or lot.inspections.filter(inspector=actor).exists():
        raise ValidationError(
            _("You made or inspected this lot. Another manager has to release it: %(names)s.")
            % {"names": names_of_releasers(lot) or _("there is none yet")}
        )
    planned = Plan.objects.in_force_for(lot.product) is not None
    if planned and not lot.inspections.signed().exists():
        raise ValidationError(
            _(
                "Nobody has inspected lot %(lot)s yet: a concession is about what an inspection "
                "found. Let somebody inspect it first."
            )
            % {"lot": lot.number}
        )
    if lot.inspections.half_done().exists():
        raise ValidationError(
            _("An inspection of this lot is still open. Let it be signed or withdrawn first.")
        )
    if lot.inspections.pair_open().exists():
        raise ValidationError(
            _("A second or third person still has to look at this lot. Let them sign first.")
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
