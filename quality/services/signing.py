"""The signature: what is missing, the verdict, and what follows from it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Lot
from quality.models import Characteristic, Inspection
from quality.rules.judging import NotJudged, verdict
from quality.rules.units import Found, bad_units, refused_classes
from quality.services.lots import locked
from quality.services.pairs import close_pair, pair_for
from quality.services.recording import own_open
from quality.services.samples import sizes_of
from quality.services.settling import settle_signed


@transaction.atomic
def sign_inspection(
    *, inspection: Inspection, actor: User, note: str = "", version: int | None = None
) -> Inspection:
    """Compute the verdict, sign and freeze; the lot follows. `version`: the summary that was read.

    Raises ValidationError: a required characteristic without a result, nothing recorded, maker
    unknown, changed since the summary was drawn, not this person's, signed or withdrawn already.
    """
    lot = locked(inspection.lot_id)
    inspection = own_open(inspection, actor)
    _refuse_unready(inspection, lot, note, version)
    try:
        found = verdict_of(inspection)
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


def _refuse_unready(inspection: Inspection, lot: Lot, note: str, version: int | None) -> None:
    """Raise ValidationError with what stands in the way of signing."""
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
    if missing and not is_refused_early(inspection):
        raise ValidationError(
            _("Not recorded yet, and required: %(names)s.") % {"names": ", ".join(missing)},
            code="missing",
        )
    wanting = inspection.results.filter(
        conforms=False, characteristic__photo_on_fail=True, photo__isnull=True
    )
    if wanting.exists():
        raise ValidationError(
            _("The plan wants a photo of what is wrong: %(names)s.")
            % {"names": ", ".join(wanting.values_list("characteristic__name", flat=True))},
            code="photo",
        )
    if inspection.stage == Inspection.Stage.THIRD and not note.strip():
        raise ValidationError(
            {"note": _("You decide between two people: say why in a sentence.")}, code="why"
        )


def verdict_of(inspection: Inspection) -> Inspection.Verdict:
    """Fail when a class has its rejection number of bad units. Raises NotJudged of nothing."""
    verdict(inspection.results.values_list("conforms", flat=True))
    return Inspection.Verdict.FAIL if _refused(inspection) else Inspection.Verdict.PASS


def is_refused_early(inspection: Inspection) -> bool:
    """Whether so many units are bad that the others need not be looked at any more."""
    return inspection.units > 1 and bool(_refused(inspection))


def _refused(inspection: Inspection) -> list[str]:
    """The classes that refuse the lot."""
    return refused_classes(bad_units(_found(inspection)), sizes_of(inspection))


def _found(inspection: Inspection) -> list[Found]:
    rows: Sequence[tuple[str, int, bool]] = list(
        inspection.results.values_list("characteristic__severity", "sample", "conforms")
    )
    return [Found(*row) for row in rows]


def missing_lines(inspection: Inspection) -> list[Characteristic]:
    """The plan's characteristics that have too few results yet."""
    sizes = sizes_of(inspection)
    counted = dict(inspection.results.values_list("characteristic").annotate(number=Count("pk")))
    return [
        line
        for line in Characteristic.objects.filter(plan=inspection.plan_id)
        if counted.get(line.pk, 0)
        < (sizes[line.severity].size if line.severity in sizes else inspection.units)
    ]
