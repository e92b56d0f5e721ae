"""Opening, recording, signing, correcting and withdrawing an inspection."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import record_history
from purchases.models import Lot
from quality.models import Characteristic, Disposition, Inspection, Plan, Result
from quality.rules.judging import LONGEST, NotJudged, judge, verdict
from quality.services.lots import begin_inspecting, locked
from quality.services.openings import openings_for
from quality.services.pairs import OPENERS, close_pair, pair_for
from quality.services.settling import settle_signed, settle_withdrawn


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
    active = Plan.objects.active().get(product=lot.product_id)
    made = Inspection.objects.create(
        lot=lot,
        plan=(first.plan if first and first.plan else active),
        stage=chosen.stage,
        round=chosen.round,
        inspector=inspector,
        maker=lot.maker,
        first=first,
        first_inspector=first.inspector if first else None,
        second_inspector=second.inspector if second else None,
        covers=first.covers if first else _covered(lot, covers),
        opened_at=timezone.now(),
    )
    if made.stage == Inspection.Stage.RE_INSPECTION:
        reworked = Disposition.objects.to_be_checked().filter(nonconformance__lot=lot)
        Disposition.objects.filter(pk__in=reworked.values("pk")).update(checked_in=made)
    begin_inspecting(lot=lot, actor=inspector)
    return made


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
def record_result(
    *,
    inspection: Inspection,
    characteristic: Characteristic,
    typed: str,
    unit: str = "",
    actor: User,
) -> Result:
    """Write what was found for one characteristic, judged here; a second entry replaces the first.

    A note stays while the finding stays the same. Raises ValidationError: not readable, not this
    person's inspection, signed or withdrawn meanwhile, not in the plan.
    """
    inspection = _own_open(inspection, actor)
    if characteristic.plan_id != inspection.plan_id:
        raise ValidationError(_("“%(name)s” is not in this plan.") % {"name": characteristic.name})
    try:
        judged = judge(characteristic, typed, unit)
    except NotJudged as error:
        raise ValidationError({"typed": str(error.reason)}) from error
    before = inspection.results.filter(characteristic=characteristic).first()
    facts = {"typed": judged.typed, "unit": judged.unit, "value": judged.value}
    same = before is not None and all(getattr(before, k) == v for k, v in facts.items())
    result, _made = Result.objects.update_or_create(
        inspection=inspection,
        characteristic=characteristic,
        defaults={
            **facts,
            "conforms": judged.conforms,
            "note": before.note if before is not None and same else "",
            "recorded_at": timezone.now(),
        },
    )
    _touch(inspection)
    return result


@transaction.atomic
def explain_result(
    *, inspection: Inspection, characteristic: Characteristic, note: str, actor: User
) -> None:
    """Say in words what is wrong. Raises ValidationError when there is no result to explain."""
    inspection = _own_open(inspection, actor)
    if len(note) > LONGEST:
        raise ValidationError({"note": _("That is longer than 300 characters. Say it shorter.")})
    found = inspection.results.filter(characteristic=characteristic)
    if not found.update(note=note.strip()):
        raise ValidationError(_("Nothing is recorded here yet. Enter what you found first."))
    _touch(inspection)


@transaction.atomic
def clear_result(*, inspection: Inspection, characteristic: Characteristic, actor: User) -> None:
    """Take an entry back; the characteristic is as if never checked. Raises ValidationError."""
    inspection = _own_open(inspection, actor)
    inspection.results.filter(characteristic=characteristic).delete()
    _touch(inspection)


@transaction.atomic
def sign_inspection(
    *, inspection: Inspection, actor: User, note: str = "", version: int | None = None
) -> Inspection:
    """Compute the verdict, sign and freeze; the lot follows. `version`: the summary that was read.

    Raises ValidationError: a required characteristic without a result, nothing recorded, maker
    unknown, changed since the summary was drawn, not this person's, signed or withdrawn already.
    """
    lot = locked(inspection.lot_id)
    inspection = _own_open(inspection, actor)
    if version is not None and version != inspection.version:
        raise ValidationError(
            _("Results changed since this summary was shown. Look at it again, then sign."),
            code="stale",
        )
    if lot.maker is None:
        raise ValidationError(
            _("The maker of lot %(lot)s is unknown. Name the maker first, then sign.")
            % {"lot": lot.number},
            code="maker",
        )
    missing = [line.name for line in missing_lines(inspection) if line.required]
    if missing:
        raise ValidationError(
            _("Not recorded yet, and required: %(names)s.") % {"names": ", ".join(missing)},
            code="missing",
        )
    if inspection.stage == Inspection.Stage.THIRD and not note.strip():
        raise ValidationError(
            {"note": _("You decide between two people: say why in a sentence.")}, code="why"
        )
    try:
        found = verdict(inspection.results.values_list("conforms", flat=True))
    except NotJudged as error:
        raise ValidationError(str(error.reason), code="missing") from error
    asked = pair_for(inspection, lot)
    Inspection.objects.filter(pk=inspection.pk, signed_at__isnull=True).update(
        maker=lot.maker,
        verdict=found,
        note=note.strip(),
        pair=asked.pair,
        asked=asked.asked_id,
        signed_at=timezone.now(),
        version=F("version") + 1,
    )
    inspection.refresh_from_db()
    close_pair(inspection)
    settle_signed(lot=lot, inspection=inspection, actor=actor)
    return inspection


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
    made = Inspection.objects.create(
        lot=lot,
        plan=old.plan,
        stage=old.stage,
        round=old.round,
        inspector=actor,
        maker=lot.maker,
        first=old.first,
        first_inspector=old.first_inspector,
        second_inspector=old.second_inspector,
        covers=old.covers,
        opened_at=timezone.now(),
        corrects=old,
    )
    Result.objects.bulk_create(_copies(old, made))
    begin_inspecting(lot=lot, actor=actor)
    return made


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
    _refuse_finished(now)
    Inspection.objects.filter(pk=now.pk).update(
        withdrawn_at=timezone.now(), version=F("version") + 1
    )
    # What was reworked still waits for somebody to look at it.
    Disposition.objects.filter(checked_in=now).update(checked_in=None)
    record_history(subject=now, verb="withdrawn", actor=actor)
    settle_withdrawn(lot=lot, actor=actor)


def missing_lines(inspection: Inspection) -> list[Characteristic]:
    """The plan's characteristics that have no result yet."""
    recorded = inspection.results.values("characteristic")
    return list(Characteristic.objects.filter(plan=inspection.plan_id).exclude(pk__in=recorded))


def _copies(old: Inspection, made: Inspection) -> list[Result]:
    """The results of `old` as first entries of its correction."""
    return [
        Result(
            inspection=made,
            characteristic_id=result.characteristic_id,
            typed=result.typed,
            unit=result.unit,
            value=result.value,
            conforms=result.conforms,
            note=result.note,
            recorded_at=result.recorded_at,
        )
        for result in old.results.all()
    ]


def _own_open(inspection: Inspection, actor: User) -> Inspection:
    """The inspection with its row locked, if this person may write in it. Raises ValidationError."""
    now = Inspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    if now.inspector_id != actor.pk:
        raise ValidationError(_("This inspection is somebody else's."))
    _refuse_finished(now)
    return now


def _refuse_finished(inspection: Inspection) -> None:
    """Raise ValidationError for an inspection that is signed or withdrawn."""
    if inspection.signed_at is not None:
        raise ValidationError(
            _("This inspection is signed and does not change any more. Make a correction.")
        )
    if inspection.withdrawn_at is not None:
        raise ValidationError(_("This inspection was withdrawn. Open a new one."))


def _touch(inspection: Inspection) -> None:
    """Move the version on, so that a summary drawn before is noticed when it is signed."""
    Inspection.objects.filter(pk=inspection.pk).update(version=F("version") + 1)
