"""Known-bad units: put in the queue by a lead, taken out again, and what was found of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from purchases.models import Lot, Product
from purchases.services import LotDraft, save_lot, set_lot_state
from quality.models import Inspection, KnownBad, Plan, Result
from quality.rules.finding import Finding


@dataclass(frozen=True)
class UnitDraft:
    """A known-bad unit as typed; ``wrong``: names of characteristics of its plan."""

    product: Product
    number: str
    maker: User
    wrong: Sequence[str]
    note: str = ""


@transaction.atomic
def put_known_bad(*, draft: UnitDraft, actor: User) -> KnownBad:
    """Make a lot of one, which nobody can tell from the others, and note what is wrong with it.

    Raises ValidationError: no active plan, nothing wrong or not in the plan, number taken.
    """
    plan = Plan.objects.in_force_for(draft.product)
    if plan is None:
        raise ValidationError(
            _("%(product)s has no active inspection plan.") % {"product": draft.product.name}
        )
    there = list(plan.characteristics.values_list("name", flat=True))
    wrong = [name for name in there if name in draft.wrong]
    if not wrong or len(wrong) != len(set(draft.wrong)):
        raise ValidationError({"wrong": _("Choose what is wrong with it from the plan's lines.")})
    lot = save_lot(
        actor=actor,
        draft=LotDraft(
            product=draft.product,
            number=draft.number,
            maker=draft.maker,
            made_on=timezone.localdate(),
            quantity=1,
        ),
    )
    made = KnownBad.objects.create(
        lot=lot, wrong="\n".join(wrong), note=draft.note.strip(), put_by=actor
    )
    record_history(subject=made, verb="created", actor=actor)
    return made


@transaction.atomic
def take_out(*, unit: KnownBad, actor: User) -> None:
    """Take a known-bad unit out of the queue: its lot is rejected. Raises ValidationError."""
    lot = Lot.objects.select_for_update(no_key=True).get(pk=unit.lot_id)
    if lot.inspections.half_done().exists():
        raise ValidationError(
            _("Somebody is inspecting it now. Take it out when that is signed or withdrawn.")
        )
    if not KnownBad.objects.in_the_queue().filter(pk=unit.pk).update(taken_out_at=timezone.now()):
        raise ValidationError(_("It was taken out already."))
    reason = _("Known-bad unit, taken out of the queue.")
    set_lot_state(lot=lot, state=Lot.State.REJECTED, reason=reason, actor=actor)
    record_history(subject=unit, verb="withdrawn", actor=actor)


def is_known_bad(lot: Lot) -> bool:
    """Whether the lot is a known-bad unit: for services, never for what an inspector sees."""
    return KnownBad.objects.filter(lot=lot).exists()


@dataclass(frozen=True)
class Look:
    """One person's look at a known-bad unit: what was found of what is wrong, and what was not."""

    inspection: Inspection
    found: list[str]
    overlooked: list[str]


def looks_at(units: Sequence[KnownBad]) -> dict[int, list[Look]]:
    """Unit → its signed looks, oldest first. Corrections come too late to count. Two queries."""
    signed = (
        Inspection.objects.signed()
        .filter(lot__in=[unit.lot_id for unit in units], corrects__isnull=True)
        .select_related("inspector")
        .order_by("signed_at", "pk")
    )
    out = Result.objects.filter(inspection__in=signed, conforms=False)
    failed: dict[int, set[str]] = defaultdict(set)
    for key, name in out.values_list("inspection", "characteristic__name"):
        failed[key].add(name)
    names = {unit.lot_id: (unit.pk, unit.names) for unit in units}
    looks: dict[int, list[Look]] = defaultdict(list)
    for one in signed:
        key, wrong = names[one.lot_id]
        found = [name for name in wrong if name in failed[one.pk]]
        looks[key].append(Look(one, found, [name for name in wrong if name not in found]))
    return dict(looks)


@dataclass(frozen=True)
class Effectiveness:
    """What was found of the known-bad, by characteristic and method, and by person."""

    by_line: list[tuple[str, str, Finding]]
    by_person: list[tuple[str, Finding]]


def effectiveness(product: Product | None = None) -> Effectiveness:
    """How much of what was known to be bad was found, in the order of names. Four queries."""
    units = KnownBad.objects.filter(Exists(Inspection.objects.signed().filter(lot=OuterRef("lot"))))
    if product is not None:
        units = units.filter(lot__product=product)
    looks = [look for found in looks_at(list(units)).values() for look in found]
    plans = {look.inspection.plan_id for look in looks if look.inspection.plan_id}
    methods = dict(
        Plan.objects.filter(pk__in=plans)
        .order_by("pk")
        .values_list("characteristics__name", "characteristics__method")
    )
    lines: dict[str, list[bool]] = defaultdict(list)
    people: dict[str, list[bool]] = defaultdict(list)
    for look in looks:
        for name, found in [(n, True) for n in look.found] + [(n, False) for n in look.overlooked]:
            lines[name].append(found)
            people[look.inspection.inspector.name].append(found)
    return Effectiveness(
        [(name, methods.get(name, ""), _counted(lines[name])) for name in sorted(lines)],
        [(name, _counted(people[name])) for name in sorted(people)],
    )


def _counted(found: list[bool]) -> Finding:
    return Finding(sum(found), len(found))
