"""How many units an inspection looks at: fixed when it is opened."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _

from purchases.models import Lot
from quality.models import Inspection, Plan, SampleSize, Severity, Switch
from quality.rules.sampling import SamplingPlan, sampling_plan
from quality.rules.sampling import Severity as Taken
from quality.rules.units import Size, units_of

Sampling = Plan.Sampling


@dataclass(frozen=True)
class Sample:
    """So many units, and what holds for each class."""

    units: int
    sizes: tuple[SampleSize, ...] = ()


def sample_for(*, plan: Plan, lot: Lot, covers: int | None) -> Sample:
    """How many units a new round looks at. Raises ValidationError: size unknown, class stopped."""
    if plan.sampling == Sampling.WHOLE:
        return Sample(1)
    size = covers or lot.remaining
    if not size:
        raise ValidationError(
            _("Say on the page of lot %(lot)s how many it holds: by that is told how many to take.")
            % {"lot": lot.number}
        )
    if plan.sampling != Sampling.AQL:
        return Sample(units_of(plan, size, _seen(plan, lot)))
    classes = set(plan.characteristics.values_list("severity", flat=True))
    sizes = [
        _size(lot, severity, aql, plan.level, size)
        for severity, aql in plan.aqls.items()
        if severity in classes
    ]
    return Sample(max((one.size for one in sizes), default=1), tuple(sizes))


def _size(lot: Lot, severity: str, aql: str, level: str, lot_size: int) -> SampleSize:
    """What the tables say for a class. Raises ValidationError while it is stopped."""
    switch = Switch.objects.filter(product=lot.product_id, severity=severity).first()
    taken = Taken(switch.state if switch else "normal")
    if taken == Taken.STOPPED:
        raise ValidationError(
            _(
                "Five lots of %(product)s were refused on tightened inspection (%(severity)s): "
                "inspection is stopped until a manager says what was mended."
            )
            % {"product": lot.product.name, "severity": Severity(severity).label}
        )
    found: SamplingPlan = sampling_plan(lot_size, level=level, aql=aql, severity=taken)
    return SampleSize(
        severity=severity,
        taken=taken,
        letter=found.letter,
        aql=aql,
        size=found.size,
        accept=found.accept,
        reject=found.reject,
    )


def _seen(plan: Plan, lot: Lot) -> int:
    """How many units of this maker, or since the change of plan, were looked at already."""
    signed = Inspection.objects.in_force().of_production()
    signed = signed.filter(stage__in=["first", "re_inspection"])
    if plan.sampling == Sampling.MAKER:
        signed = signed.filter(lot__product=lot.product_id, lot__maker=lot.maker_id)
    else:
        signed = signed.filter(plan=plan)
    return signed.aggregate(total=Sum("units"))["total"] or 0


def keep_sizes(inspection: Inspection, sizes: tuple[SampleSize, ...]) -> None:
    """Write what was fixed for each class."""
    for one in sizes:
        one.inspection = inspection
    SampleSize.objects.bulk_create(sizes)


def copied_sizes(inspection: Inspection) -> tuple[SampleSize, ...]:
    """The same for another pair of eyes, or a correction; it is not counted a second time."""
    there = inspection.sample_sizes.order_by("pk")
    names = ("severity", "taken", "letter", "aql", "size", "accept", "reject")
    return tuple(SampleSize(**{name: getattr(one, name) for name in names}) for one in there)


def sizes_of(inspection: Inspection) -> dict[str, Size]:
    """What was fixed for each class at the opening."""
    return {
        one.severity: Size(one.size, one.accept, one.reject)
        for one in inspection.sample_sizes.all()
    }
