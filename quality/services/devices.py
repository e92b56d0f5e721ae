"""Entries that a device kept while it had no connection: taken once, in order, from their inspector."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from quality.models import DeviceEntry, Inspection, Result
from quality.rules.steps import Step
from quality.services.recording import clear_result, explain_result, record_result

Kind = DeviceEntry.Kind
LONGEST_REFUSAL = 500


class EntryMissing(Exception):  # noqa: N818  # said in words of the room
    """An earlier entry of this device has not come yet; ``expected`` is the one to send."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"entry {expected} comes first")
        self.expected = expected


@dataclass(frozen=True)
class DeviceSaid:
    """An entry as a device sends it; ``seen`` is the moment of the result its screen showed.

    ``broken`` says why it cannot be done at all: it is refused with these words, and numbered.
    """

    device: UUID
    seq: int
    kind: str
    typed: str = ""
    unit: str = ""
    note: str = ""
    fault: str = ""
    photo: StoredFile | None = None
    seen: datetime | None = None
    broken: str = ""


def answered(*, inspection: Inspection, device: UUID, seq: int) -> DeviceEntry | None:
    """What became of this entry, if it came before."""
    return DeviceEntry.objects.filter(inspection=inspection, device=device, seq=seq).first()


@transaction.atomic
def take_entry(*, inspection: Inspection, step: Step, said: DeviceSaid, actor: User) -> DeviceEntry:
    """Do what the entry says and remember what became of it; a repeated one is answered as before.

    What the rules refuse is remembered as refused, so that the next one can come. Raises
    EntryMissing where one before it has not come, and ValidationError for another person's
    inspection.
    """
    locked = Inspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    if locked.inspector_id != actor.pk:
        raise ValidationError(_("This inspection is somebody else's."))
    sent = DeviceEntry.objects.filter(inspection=locked, device=said.device)
    known = answered(inspection=locked, device=said.device, seq=said.seq)
    if known is not None:
        return known
    expected = (sent.aggregate(last=Max("seq"))["last"] or 0) + 1
    if said.seq != expected:
        raise EntryMissing(expected)
    refusal = said.broken or _refusal(locked, step, said, actor)
    return DeviceEntry.objects.create(
        device=said.device,
        inspection=locked,
        seq=said.seq,
        person=actor,
        kind=said.kind,
        number=step.number,
        refusal=refusal[:LONGEST_REFUSAL],
    )


def _refusal(inspection: Inspection, step: Step, said: DeviceSaid, actor: User) -> str:
    """Do it; why it was refused and left no trace, else an empty text."""
    try:
        with transaction.atomic():
            _refuse_other_tablet(inspection, step, said)
            _do(inspection, step, said, actor)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _do(inspection: Inspection, step: Step, said: DeviceSaid, actor: User) -> None:
    """Raises ValidationError."""
    where: dict[str, Any] = {
        "inspection": inspection,
        "characteristic": step.characteristic,
        "sample": step.sample,
        "actor": actor,
    }
    if said.kind == Kind.CLEAR:
        clear_result(**where)
    elif said.kind == Kind.EXPLAIN:
        explain_result(**where, note=said.note, fault=said.fault, photo=said.photo)
    else:
        record_result(**where, typed=said.typed, unit=said.unit, photo=said.photo)


def _refuse_other_tablet(inspection: Inspection, step: Step, said: DeviceSaid) -> None:
    """Raise ValidationError where another device wrote here since this one looked."""
    there = Result.objects.filter(
        inspection=inspection, characteristic=step.characteristic, sample=step.sample
    ).first()
    if there is None or there.recorded_at == said.seen or said.kind == Kind.EXPLAIN:
        return
    if said.kind == Kind.RECORD and (there.typed, there.unit) == (said.typed.strip(), said.unit):
        return
    last = DeviceEntry.objects.filter(
        inspection=inspection, number=step.number, refusal=""
    ).order_by("received_at", "pk")
    newest = last.last()
    if newest is not None and newest.device == said.device:
        return
    raise ValidationError(
        _(
            "%(name)s: meanwhile “%(theirs)s” was recorded on another device. Yours, “%(mine)s”, "
            "was not saved: look, and enter it again if it is right."
        )
        % {
            "name": step.characteristic.name,
            "theirs": f"{there.typed} {there.unit}".strip(),
            "mine": f"{said.typed} {said.unit}".strip() or _("taken back"),
        }
    )
