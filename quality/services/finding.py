"""What a failed inspection found, in words and as a nonconformance."""

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.lib.folding import fold
from purchases.models import Lot
from quality.models import Inspection, Nonconformance, Result, Severity
from quality.rules.judging import LONGEST, judge
from quality.rules.words import told


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


def found_by_round(*, lot: Lot, failed: Inspection) -> None:
    """Write down the nonconformance of a failed round, once.

    Called when nobody is owed any more, so that nothing is told before the pair is signed.
    """
    there = Nonconformance.objects.filter(lot=lot, inspection__round=failed.round)
    if there.exists():
        return
    fault = fault_of(failed)
    Nonconformance.objects.create(
        inspection=failed,
        lot=lot,
        source=Nonconformance.Source.INSPECTION,
        fault=fault,
        fault_folded=fold(fault),
        what=reason_of(failed),
        severity=worst_class(failed),
        quantity=failed.covers or lot.remaining or 1,
        found_by=failed.inspector,
        found_at=failed.signed_at or timezone.now(),
    )


def fault_of(inspection: Inspection) -> str:
    """The fault chosen for the first that failed, else its name: what repeats are counted by."""
    failed = Result.objects.filter(inspection=inspection, conforms=False)
    first = failed.order_by("characteristic__position", "pk").select_related("characteristic")
    found = first.first()
    if found is None:
        return _("does not conform")
    return found.fault or found.characteristic.name


def worst_class(inspection: Inspection) -> str:
    """The worst class of what is wrong; major where nothing was recorded."""
    failed = Result.objects.filter(inspection=inspection, conforms=False)
    there = set(failed.values_list("characteristic__severity", flat=True))
    return next((one for one in Severity.values if one in there), Severity.MAJOR)
