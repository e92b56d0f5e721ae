"""What is found, unit by unit and characteristic by characteristic."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from quality.models import Characteristic, Inspection, Result
from quality.rules.judging import LONGEST, NotJudged, judge


@dataclass(frozen=True)
class Entry:
    """What was found for one characteristic of one unit, as it was entered."""

    characteristic: Characteristic
    typed: str
    unit: str = ""
    sample: int = 1
    photo: StoredFile | None = None


@transaction.atomic
def record_result(
    *,
    inspection: Inspection,
    characteristic: Characteristic,
    typed: str,
    unit: str = "",
    sample: int = 1,
    photo: StoredFile | None = None,
    actor: User,
) -> Result:
    """Write what was found for one characteristic, judged here; a second entry replaces the first.

    A note stays while the finding stays the same. Raises ValidationError: not readable, not this
    person's inspection, signed or withdrawn meanwhile, not in the plan, a gauge out of calibration.
    """
    inspection = own_open(inspection, actor)
    entry = Entry(characteristic, typed, unit, sample, photo)
    return write_entry(inspection, entry)


def write_entry(inspection: Inspection, entry: Entry) -> Result:
    """The entry judged and written, in an inspection that is locked. Raises ValidationError."""
    characteristic = entry.characteristic
    _refuse_foreign(inspection, entry)
    refuse_gauge(characteristic)
    before = inspection.results.filter(characteristic=characteristic, sample=entry.sample).first()
    photo = entry.photo or (before.photo if before else None)
    typed = entry.typed
    if characteristic.kind == Characteristic.Kind.PHOTO:
        typed = "photo" if photo else ""
    try:
        judged = judge(characteristic, typed, entry.unit)
    except NotJudged as error:
        raise ValidationError({"typed": str(error.reason)}) from error
    facts = {"typed": judged.typed, "unit": judged.unit, "value": judged.value}
    same = before is not None and all(getattr(before, k) == v for k, v in facts.items())
    kept = before if before is not None and same else None
    # The inspection's row is locked: nobody else writes this result meanwhile.
    result = before or Result(
        inspection=inspection, characteristic=characteristic, sample=entry.sample
    )
    written = {
        **facts,
        "conforms": judged.conforms,
        "note": kept.note if kept else "",
        "fault": kept.fault if kept else "",
        "photo": photo,
        "recorded_at": timezone.now(),
    }
    for name, value in written.items():
        setattr(result, name, value)
    result.save(update_fields=list(written) if before else None)
    touch(inspection)
    return result


def _refuse_foreign(inspection: Inspection, entry: Entry) -> None:
    """Raise ValidationError for what is not in this plan or not among these units."""
    if entry.characteristic.plan_id != inspection.plan_id:
        raise ValidationError(
            _("“%(name)s” is not in this plan.") % {"name": entry.characteristic.name}
        )
    if not 1 <= entry.sample <= inspection.units:
        raise ValidationError(
            _("This inspection looks at %(units)s units: there is no number %(sample)s.")
            % {"units": inspection.units, "sample": entry.sample}
        )


def refuse_gauge(characteristic: Characteristic) -> None:
    """Raise ValidationError when what is measured with has to be calibrated first."""
    gauge = characteristic.gauge
    if gauge is not None and gauge.state() == "over":
        raise ValidationError(
            {
                "typed": _(
                    "%(gauge)s had to be calibrated by %(day)s. Nothing may be measured with it "
                    "until a manager enters the new date."
                )
                % {"gauge": gauge.name, "day": gauge.due_on}
            }
        )


@transaction.atomic
def explain_result(
    *,
    inspection: Inspection,
    characteristic: Characteristic,
    note: str,
    actor: User,
    sample: int = 1,
    fault: str = "",
    photo: StoredFile | None = None,
) -> None:
    """Say what is wrong: a fault from the plan's list, words, a photo where the plan wants one.

    Raises ValidationError when there is no result to explain or the photo is missing.
    """
    inspection = own_open(inspection, actor)
    if len(note) > LONGEST:
        raise ValidationError({"note": _("That is longer than 300 characters. Say it shorter.")})
    found = inspection.results.filter(characteristic=characteristic, sample=sample).first()
    if found is None:
        raise ValidationError(_("Nothing is recorded here yet. Enter what you found first."))
    there = characteristic.faults.splitlines()
    if fault and fault not in there:
        raise ValidationError({"fault": _("Choose what is wrong from the list.")})
    photo = photo or found.photo
    if characteristic.photo_on_fail and not found.conforms and photo is None:
        raise ValidationError({"photo": _("The plan wants a photo of it.")})
    Result.objects.filter(pk=found.pk).update(note=note.strip(), fault=fault, photo=photo)
    touch(inspection)


@transaction.atomic
def clear_result(
    *, inspection: Inspection, characteristic: Characteristic, actor: User, sample: int = 1
) -> None:
    """Take an entry back; the characteristic is as if never checked. Raises ValidationError."""
    inspection = own_open(inspection, actor)
    inspection.results.filter(characteristic=characteristic, sample=sample).delete()
    touch(inspection)


def own_open(inspection: Inspection, actor: User) -> Inspection:
    """The inspection with its row locked, if this person may write in it. Raises ValidationError."""
    now = Inspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    if now.inspector_id != actor.pk:
        raise ValidationError(_("This inspection is somebody else's."))
    refuse_finished(now)
    return now


def refuse_finished(inspection: Inspection) -> None:
    """Raise ValidationError for an inspection that is signed or withdrawn."""
    if inspection.signed_at is not None:
        raise ValidationError(
            _("This inspection is signed and does not change any more. Make a correction.")
        )
    if inspection.withdrawn_at is not None:
        raise ValidationError(_("This inspection was withdrawn. Open a new one."))


def touch(inspection: Inspection) -> None:
    """Move the version on, so that a summary drawn before is noticed when it is signed."""
    Inspection.objects.filter(pk=inspection.pk).update(version=F("version") + 1)
