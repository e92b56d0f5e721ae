"""Which inspection a person may open on a lot: as which pair of eyes, in which round."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Lot
from quality.models import Inspection, Plan

Stage = Inspection.Stage


@dataclass(frozen=True)
class Opening:
    """An inspection that could be opened, with the facts its row would copy."""

    stage: Inspection.Stage
    round: int
    first: Inspection | None = None
    second: Inspection | None = None


def openings_for(*, lot: Lot, inspector: User) -> list[Opening]:
    """What this person may do on the lot, the likeliest first; never empty.

    A lot nobody signed for gets a first inspection. After that: the second pair of eyes, the
    third where the two disagree, and a new round. Raises ValidationError with the reason why
    this person cannot inspect this lot at all.
    """
    refuse_unfit(lot=lot, inspector=inspector)
    signed = list(
        lot.inspections.in_force().select_related("inspector").order_by("round", "signed_at", "pk")
    )
    if not signed:
        return [Opening(Stage.FIRST, 1)]
    last = signed[-1].round
    pair = _pair_to_join(lot, [one for one in signed if one.round == last], inspector)
    return [*pair, Opening(Stage.RE_INSPECTION, last + 1)]


def refuse_unfit(*, lot: Lot, inspector: User) -> None:
    """Raise ValidationError when this person cannot inspect this lot at all."""
    if lot.maker_id == inspector.pk:
        raise ValidationError(
            _("You made lot %(lot)s yourself. Somebody else has to inspect it.")
            % {"lot": lot.number}
        )
    if lot.state == Lot.State.REJECTED:
        raise ValidationError(
            _("Lot %(lot)s was rejected (%(why)s). A manager can put it on hold again first.")
            % {"lot": lot.number, "why": lot.state_reason}
        )
    if not Plan.objects.active().filter(product=lot.product_id).exists():
        raise ValidationError(
            _("%(product)s has no active inspection plan. Ask a manager to make one.")
            % {"product": lot.product.name}
        )


def _pair_to_join(lot: Lot, signed: list[Inspection], inspector: User) -> list[Opening]:
    """The second or third place in the round's pair, if it is free and this person may take it."""
    first = next((one for one in reversed(signed) if one.stage == Stage.FIRST), None)
    second = next((one for one in reversed(signed) if one.stage == Stage.SECOND), None)
    if first is None or any(one.stage == Stage.THIRD for one in signed):
        return []
    taken = {first.inspector_id} | ({second.inspector_id} if second else set())
    stage = Stage.THIRD if second else Stage.SECOND
    agreed = second is not None and second.verdict == first.verdict
    begun = lot.inspections.half_done().filter(stage=stage, round=first.round).exists()
    if agreed or begun or inspector.pk in taken:
        return []
    return [Opening(stage, first.round, _pairs_first(first, second), second)]


def _pairs_first(first: Inspection, second: Inspection | None) -> Inspection:
    """The record the second pointed at; a third points at the same, whatever was corrected since."""
    return second.first if second and second.first else first
