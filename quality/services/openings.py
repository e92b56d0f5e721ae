"""Which inspection a person may open on a lot: as which pair of eyes, in which round."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Role, User
from purchases.models import Lot
from quality.models import Disposition, Inspection, KnownBad, Plan
from quality.services.pairs import able_seconds

Stage, Pair = Inspection.Stage, Inspection.Pair


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
        _refuse_taken(lot, inspector)
        return [Opening(Stage.FIRST, 1)]
    waiting = next((one for one in signed if one.pair in {Pair.OWED, Pair.DISPUTED}), None)
    if waiting is not None:
        return [_place_in_pair(lot, waiting, signed, inspector)]
    last = signed[-1].round
    if Disposition.objects.to_be_checked().filter(nonconformance__lot=lot).exists():
        # What was reworked is looked at anew; another eye on what it was before helps nobody.
        return [Opening(Stage.RE_INSPECTION, last + 1)]
    pair = _pair_to_join(lot, [one for one in signed if one.round == last], inspector)
    return [*pair, Opening(Stage.RE_INSPECTION, last + 1)]


def _refuse_taken(lot: Lot, inspector: User) -> None:
    """A lot that will need a pair is begun by one person only. Raises ValidationError."""
    plan = Plan.objects.in_force_for(lot.product)
    others = lot.inspections.half_done().exclude(inspector=inspector).select_related("inspector")
    other = others.first()
    if other is not None and plan is not None and plan.seconds != plan.Seconds.NEVER:
        raise ValidationError(
            _("%(name)s is inspecting lot %(lot)s already. You may be asked as second person.")
            % {"name": other.inspector.name, "lot": lot.number}
        )


def _place_in_pair(
    lot: Lot, first: Inspection, signed: list[Inspection], inspector: User
) -> Opening:
    """The second or third place that is owed, for somebody who may take it. ValidationError."""
    seconds = [one for one in signed if one.round == first.round and one.stage == Stage.SECOND]
    second = seconds[-1] if seconds else None
    stage = Stage.SECOND if first.pair == Pair.OWED else Stage.THIRD
    taken = {first.inspector_id} | {one.inspector_id for one in seconds}
    if inspector.pk in taken:
        raise ValidationError(
            _("You have inspected lot %(lot)s already; it waits for somebody else: %(names)s.")
            % {"lot": lot.number, "names": _names(lot, first, taken) or _("there is nobody yet")}
        )
    if stage == Stage.SECOND and inspector.may(Role.MANAGER):
        raise ValidationError(
            _(
                "Lot %(lot)s waits for a second person who does not know what the first found. "
                "A manager can see it: %(names)s may do it."
            )
            % {"lot": lot.number, "names": _names(lot, first, taken) or _("nobody yet")}
        )
    begun = lot.inspections.half_done().filter(stage=stage, round=first.round)
    other = begun.select_related("inspector").first()
    if other is not None:
        raise ValidationError(
            _("%(name)s has begun this already: %(stage)s of lot %(lot)s.")
            % {"name": other.inspector.name, "stage": stage.label, "lot": lot.number}
        )
    pairs_first = _pairs_first(first, second) if stage == Stage.THIRD else first
    return Opening(stage, first.round, pairs_first, second if stage == Stage.THIRD else None)


def _names(lot: Lot, first: Inspection, taken: set[int]) -> str:
    """Who may look at the lot next."""
    able = able_seconds(lot, first).exclude(pk__in=taken)
    return ", ".join(able.values_list("name", flat=True)[:5])


def refuse_unfit(*, lot: Lot, inspector: User) -> None:
    """Raise ValidationError when this person cannot inspect this lot at all."""
    if lot.maker_id == inspector.pk:
        raise ValidationError(
            _("You made lot %(lot)s yourself. Somebody else has to inspect it.")
            % {"lot": lot.number}
        )
    if inspector.may(Role.MANAGER) and KnownBad.objects.filter(lot=lot).exists():
        raise ValidationError(
            _("Lot %(lot)s is a known-bad unit, and managers know that: it is for inspectors.")
            % {"lot": lot.number}
        )
    if lot.state == Lot.State.REJECTED:
        raise ValidationError(
            _("Lot %(lot)s was rejected (%(why)s). A manager can put it on hold again first.")
            % {"lot": lot.number, "why": lot.state_reason}
        )
    if Plan.objects.in_force_for(lot.product) is None and not lot.inspections.pair_open().exists():
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
