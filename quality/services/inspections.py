"""Opening, correcting and withdrawing an inspection."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import record_history
from purchases.models import Lot
from quality.models import Disposition, Inspection, Plan, Result
from quality.services.lots import begin_inspecting, locked
from quality.services.openings import openings_for
from quality.services.pairs import OPENERS
from quality.services.recording import refuse_finished
from quality.services.samples import Sample, copied_sizes, keep_sizes, sample_for
from quality.services.settling import settle_withdrawn


@transaction.atomic
def open_inspection(
    *, lot: Lot, inspector: User, stage: str = "", covers: int | None = None
) -> Inspection:
    """Begin an inspection of a lot, or go on with this person's half-done one.

    `stage` is one of Inspection.Stage (empty: the likeliest); `covers`: how many of the lot it
    speaks for (None: all that is left). The row copies the maker and the first pair of eyes.
    Raises ValidationError when this person may not inspect this lot so.
    """
    lot = locked(lot.pk)
    mine = lot.inspections.half_done().filter(inspector=inspector).first()
    if mine is not None:
        return mine
    offered = openings_for(lot=lot, inspector=inspector)
    chosen = next((one for one in offered if not stage or one.stage == stage), None)
    if chosen is None:
        raise ValidationError(
            _("You cannot open this kind of inspection on lot %(lot)s now: scan it again.")
            % {"lot": lot.number}
        )
    first, second = chosen.first, chosen.second
    covered = first.covers if first else _covered(lot, covers)
    plan, sample = _plan_and_sample(lot, first, covered)
    made = Inspection.objects.create(
        lot=lot,
        product_id=lot.product_id,
        plan=plan,
        units=sample.units,
        stage=chosen.stage,
        round=chosen.round,
        inspector=inspector,
        maker=lot.maker,
        first=first,
        first_inspector=first.inspector if first else None,
        second_inspector=second.inspector if second else None,
        covers=covered,
        opened_at=timezone.now(),
    )
    keep_sizes(made, sample.sizes)
    if made.stage == Inspection.Stage.RE_INSPECTION:
        reworked = Disposition.objects.to_be_checked().filter(nonconformance__lot=lot)
        Disposition.objects.filter(pk__in=reworked.values("pk")).update(checked_in=made)
    begin_inspecting(lot=lot, actor=inspector)
    return made


def _plan_and_sample(lot: Lot, first: Inspection | None, covers: int | None) -> tuple[Plan, Sample]:
    """The first's plan and sample for another pair of eyes, else those in force today."""
    if first is not None and first.plan is not None:
        return first.plan, Sample(first.units, copied_sizes(first))
    plan = Plan.objects.in_force_for(lot.product)
    if plan is None:
        raise ValidationError(
            _("%(product)s has no active inspection plan. Ask a manager to make one.")
            % {"product": lot.product.name}
        )
    return plan, sample_for(plan=plan, lot=lot, covers=covers)


def _covered(lot: Lot, covers: int | None) -> int | None:
    """How many of the lot a new round speaks for; None for all that is left. ValidationError."""
    if covers is None or covers == lot.remaining:
        return None
    if lot.remaining is None:
        raise ValidationError(
            _("Nobody has said how many lot %(lot)s holds: inspect it as a whole.")
            % {"lot": lot.number}
        )
    if not 1 <= covers <= lot.remaining:
        raise ValidationError(
            _("Lot %(lot)s has %(left)s left to inspect: choose from 1 to %(left)s.")
            % {"lot": lot.number, "left": lot.remaining}
        )
    return covers


@transaction.atomic
def correct_inspection(*, inspection: Inspection, actor: User) -> Inspection:
    """A new record in place of a signed one, with its results to start from.

    Only by the person who signed; the old one stays and counts until the new one is signed.
    Raises ValidationError; an open correction is returned as it is.
    """
    lot = locked(inspection.lot_id)
    old = Inspection.objects.get(pk=inspection.pk)
    if old.inspector_id != actor.pk:
        raise ValidationError(
            _("Only %(name)s, who signed this, can correct it. Open a new round instead.")
            % {"name": old.inspector.name}
        )
    if old.signed_at is None or old.plan_id is None:
        raise ValidationError(_("Only an inspection signed here can be corrected."))
    _refuse_opened_pair(old)
    there = old.corrections.filter(withdrawn_at__isnull=True).first()
    if there is not None:
        if there.signed_at is not None:
            raise ValidationError(
                _("This inspection was corrected already: correct the correction.")
            )
        return there
    _refuse_overdue_gauges(old)
    made = Inspection.objects.create(
        lot=lot,
        product_id=old.product_id,
        plan=old.plan,
        stage=old.stage,
        round=old.round,
        inspector=actor,
        maker=lot.maker,
        first=old.first,
        first_inspector=old.first_inspector,
        second_inspector=old.second_inspector,
        covers=old.covers,
        units=old.units,
        opened_at=timezone.now(),
        corrects=old,
    )
    keep_sizes(made, copied_sizes(old))
    Result.objects.bulk_create(_copies(old, made))
    begin_inspecting(lot=lot, actor=actor)
    return made


def _refuse_overdue_gauges(old: Inspection) -> None:
    """Raise ValidationError when a gauge turned out to have been over already: measure anew."""
    over = old.results.filter(characteristic__gauge__closes_at__lte=F("recorded_at"))
    one = over.select_related("characteristic__gauge").first()
    if one is not None:
        raise ValidationError(
            _(
                "“%(name)s” was measured with a gauge that had to be calibrated before. Open a new round."
            )
            % {"name": one.characteristic.name}
        )


def _refuse_opened_pair(old: Inspection) -> None:
    """Raise ValidationError once a pair was opened up: what the other found is known by now."""
    pairs = Inspection.objects.filter(
        lot=old.lot_id, round=old.round, stage__in=OPENERS, signed_at__isnull=False
    ).exclude(pair=Inspection.Pair.NONE)
    blind = old.stage in OPENERS and old.pair == Inspection.Pair.OWED
    if pairs.exists() and not blind:
        raise ValidationError(
            _("Both have signed and know of each other. Open a new round instead.")
        )


@transaction.atomic
def withdraw_inspection(*, inspection: Inspection, actor: User) -> None:
    """Give up an unsigned inspection; it stays on record. By its inspector or a manager.

    Raises ValidationError when it is signed or withdrawn already or is somebody else's.
    """
    lot = locked(inspection.lot_id)
    now = Inspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    if now.inspector_id != actor.pk and not actor.may(Role.MANAGER, write=True):
        raise ValidationError(_("This inspection is somebody else's."))
    refuse_finished(now)
    Inspection.objects.filter(pk=now.pk).update(
        withdrawn_at=timezone.now(), version=F("version") + 1
    )
    # What was reworked still waits for somebody to look at it.
    Disposition.objects.filter(checked_in=now).update(checked_in=None)
    record_history(subject=now, verb="withdrawn", actor=actor)
    settle_withdrawn(lot=lot, actor=actor)


def _copies(old: Inspection, made: Inspection) -> list[Result]:
    """The results of `old` as first entries of its correction."""
    return [
        Result(
            inspection=made,
            characteristic_id=result.characteristic_id,
            sample=result.sample,
            typed=result.typed,
            unit=result.unit,
            value=result.value,
            conforms=result.conforms,
            fault=result.fault,
            note=result.note,
            photo_id=result.photo_id,
            recorded_at=result.recorded_at,
        )
        for result in old.results.all()
    ]
