"""The inspection plans of the sample shop and what happens at the bench this week."""

from decimal import Decimal

from accounts.models import User
from helpdesk.sample.goods import INSPECTORS
from purchases.models import Lot, Product
from quality.models import Characteristic, Inspection
from quality.services import open_inspection, record_result, sign_inspection
from quality.services.plan_drafts import LineDraft, PlanDraft
from quality.services.plans import activate_plan, save_plan

Kind = Characteristic.Kind

MUG = (
    LineDraft(name="Mass, dry and empty", kind=Kind.MEASURE, unit="g", lower=Decimal(335), nominal=Decimal(340), upper=Decimal(345), method="Scale B-02. The mug is dry and at room temperature."),
    LineDraft(name="Height", kind=Kind.MEASURE, unit="mm", lower=Decimal("94.5"), nominal=Decimal(95), upper=Decimal("95.5"), method="Caliper, at the handle."),
    LineDraft(name="Handle joint without a crack", kind=Kind.PASS_FAIL, method="Lamp from the side; then press with the thumb for three seconds."),
    LineDraft(name="Pinholes in the glaze", kind=Kind.COUNT, upper=Decimal(2), method="Inside and outside, with the naked eye."),
    LineDraft(name="Ring when tapped", kind=Kind.PASS_FAIL, required=False, method="A clear tone; a dull one means a crack."),
    LineDraft(name="What else you saw", kind=Kind.TEXT, required=False),
)  # fmt: skip
PLAIN = (
    LineDraft(name="Free of cracks and splinters", kind=Kind.PASS_FAIL, method="Run a thumb along every edge."),
    LineDraft(name="Mass", kind=Kind.MEASURE, unit="g", lower=Decimal(20), upper=Decimal(4000)),
    LineDraft(name="Label and leaflet", kind=Kind.PASS_FAIL, required=False),
)  # fmt: skip
BAD_MUG = {"Mass, dry and empty": "0,348", "Height": "95.2", "Handle joint without a crack": "fail", "Pinholes in the glaze": "4"}  # fmt: skip
# Weighed in kilograms against a limit in grams.
UNITS = {"0,348": "kg"}


def make_plans(manager: User, approver: User) -> None:
    """An active plan for every product, written by one and approved by the other."""
    for product in Product.objects.order_by("pk"):
        lines = MUG if product.sku == "MUG-30" else PLAIN
        plan = save_plan(actor=manager, product=product, draft=PlanDraft(lines=lines))
        activate_plan(plan=plan, actor=approver)


def work_at_the_bench() -> None:
    """The newest lot of mugs inspected today by its second pair of eyes, another half done."""
    today, half = (User.objects.get(name=name) for name in INSPECTORS[:2])
    newest = {
        sku: Lot.objects.filter(product__sku=sku).order_by("-pk")[0] for sku in ("MUG-30", "BWL-25")
    }
    _inspect(newest["MUG-30"], half, BAD_MUG)
    started = open_inspection(
        lot=newest["BWL-25"], inspector=today, stage=Inspection.Stage.RE_INSPECTION
    )
    _record(started, today, {"Free of cracks and splinters": "pass"})


def _inspect(lot: Lot, inspector: User, found: dict[str, str]) -> None:
    """A whole inspection with its results, signed."""
    inspection = open_inspection(lot=lot, inspector=inspector, stage=Inspection.Stage.RE_INSPECTION)
    _record(inspection, inspector, found)
    sign_inspection(
        inspection=inspection, actor=inspector, note="Handles of this lot dry too fast."
    )


def _record(inspection: Inspection, inspector: User, found: dict[str, str]) -> None:
    """Results as typed at the bench."""
    for line in Characteristic.objects.filter(plan=inspection.plan, name__in=found):
        typed = found[line.name]
        record_result(
            inspection=inspection,
            characteristic=line,
            typed=typed,
            unit=UNITS.get(typed, line.unit),
            actor=inspector,
        )
