"""Whether a corrective action moved what it should: the same share before and after."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from quality.models import CorrectiveAction, Inspection, Nonconformance
from quality.models.inspections import InspectionQuerySet
from quality.rules.repeats import Moved, Share

Measure = CorrectiveAction.Measure
# As long a time before the action as is usually needed for a few dozen lots.
LOOKING_BACK = timedelta(days=90)


def moved(action: CorrectiveAction) -> Moved:
    """The action's measure in the 90 days before it was done, and since: four queries."""
    day = action.done_on or timezone.localdate()
    middle = datetime.combine(day, time.min, tzinfo=UTC)
    count = _same_fault if action.measure == Measure.SAME_FAULT else _first_pass
    before = count(action.nonconformance, middle - LOOKING_BACK, middle)
    after = count(action.nonconformance, middle, timezone.now() + timedelta(days=1))
    return Moved(before, after, wanted=-1 if action.measure == Measure.SAME_FAULT else 1)


def _first_rounds(one: Nonconformance, start: datetime, end: datetime) -> InspectionQuerySet:
    """The first rounds of the product's lots that were signed between the two and are no secret."""
    signed = Inspection.objects.for_figures().filter(stage="first", round=1)
    return signed.filter(lot__product=one.lot.product_id, signed_at__gte=start, signed_at__lt=end)


def _same_fault(one: Nonconformance, start: datetime, end: datetime) -> Share:
    """Lots with the same fault, of the lots inspected."""
    rounds = _first_rounds(one, start, end)
    faults = Nonconformance.objects.filter(lot=OuterRef("lot"), fault_folded=one.fault_folded)
    whole = rounds.values("lot").distinct().count()
    return Share(rounds.filter(Exists(faults)).values("lot").distinct().count(), whole)


def _first_pass(one: Nonconformance, start: datetime, end: datetime) -> Share:
    """Lots without a fail in their first round, of the lots inspected."""
    rounds = _first_rounds(one, start, end)
    whole = rounds.values("lot").distinct().count()
    wrong = rounds.filter(verdict="fail").values("lot").distinct().count()
    return Share(whole - wrong, whole)
