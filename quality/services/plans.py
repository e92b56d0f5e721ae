"""Plans: drafted, activated, then frozen; a change is a new revision."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from purchases.models import Product
from quality.models import Characteristic, Plan
from quality.rules.lines import faults_of_line


@dataclass(frozen=True)
class LineDraft:
    """A characteristic as typed; an open side of the limits is None."""

    name: str
    kind: str
    unit: str = ""
    lower: Decimal | None = None
    nominal: Decimal | None = None
    upper: Decimal | None = None
    required: bool = True
    method: str = ""


@dataclass(frozen=True)
class PlanDraft:
    """A plan as typed: its lines in the order they are checked."""

    lines: tuple[LineDraft, ...]
    note: str = ""
    seconds: str = Plan.Seconds.NEVER
    seconds_first: int = 50
    seconds_changed: int = 20
    seconds_percent: int = 10


FACTS = tuple(field.name for field in fields(PlanDraft) if field.name != "lines")


@transaction.atomic
def save_plan(
    *,
    actor: User | None,
    product: Product,
    draft: PlanDraft,
    plan: Plan | None = None,
    version: int | None = None,
) -> Plan:
    """Make a draft plan for a product, or change one. `version` is the one the page was drawn from.

    Raises ValidationError: a line that cannot be checked, a draft already there, a plan that is
    no draft any more, somebody else's change in between.
    """
    _check_lines(draft.lines)
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if plan is None:
        if product.plans.filter(state=Plan.State.DRAFT).exists():
            raise ValidationError(
                _("%(product)s already has a draft plan. Change that one, or activate it first.")
                % {"product": product.name}
            )
        newest = product.plans.aggregate(newest=Max("revision"))["newest"] or 0
        plan = Plan.objects.create(
            product=product, revision=newest + 1, made_by=actor, **facts_of(draft)
        )
        _write_lines(plan, draft.lines)
        record_history(subject=plan, verb="created", actor=actor)
        return plan
    before = told(lines_of(plan))
    saved = Plan.objects.filter(pk=plan.pk, state=Plan.State.DRAFT)
    if version is not None:
        saved = saved.filter(version=version)
    facts = facts_of(draft)
    if not saved.update(**facts, version=F("version") + 1):
        raise ValidationError(_no_draft_or_stale(plan), code="stale")
    plan.characteristics.all().delete()
    _write_lines(plan, draft.lines)
    record_history(
        subject=plan,
        verb="changed",
        actor=actor,
        changes={name: (getattr(plan, name), value) for name, value in facts.items()}
        | {"lines": (before, told(draft.lines))},
    )
    plan.refresh_from_db()
    return plan


@transaction.atomic
def activate_plan(*, plan: Plan, actor: User | None) -> Plan:
    """Put a draft in force; the product's former active plan retires.

    Raises ValidationError when the plan is no draft or has no characteristics.
    """
    Product.objects.select_for_update(no_key=True).get(pk=plan.product_id)
    plan.refresh_from_db()
    if plan.state != Plan.State.DRAFT:
        raise ValidationError(
            _("This plan is %(state)s already.") % {"state": plan.get_state_display()}
        )
    if not plan.characteristics.exists():
        raise ValidationError(_("The plan has no characteristics yet: add what has to be checked."))
    now = timezone.now()
    former = Plan.objects.filter(product=plan.product_id).active().first()
    if former is not None:
        _move(former, Plan.State.RETIRED, actor, retired_at=now)
    return _move(plan, Plan.State.ACTIVE, actor, activated_at=now)


@transaction.atomic
def revise_plan(*, plan: Plan, actor: User | None) -> Plan:
    """A draft with the same lines as the next revision; the product's draft when there is one."""
    waiting = Plan.objects.filter(product=plan.product_id, state=Plan.State.DRAFT).first()
    if waiting is not None:
        return waiting
    said = {name: getattr(plan, name) for name in FACTS}
    draft = PlanDraft(lines=lines_of(plan), **said)
    return save_plan(actor=actor, product=plan.product, draft=draft)


def facts_of(draft: PlanDraft) -> dict[str, object]:
    """What a draft says besides its lines, by column."""
    return {name: getattr(draft, name) for name in FACTS}


def lines_of(plan: Plan) -> tuple[LineDraft, ...]:
    """The plan's characteristics as they would be typed."""
    names = [field.name for field in fields(LineDraft)]
    return tuple(LineDraft(**row) for row in plan.characteristics.values(*names))


def told(lines: Sequence[LineDraft]) -> str:
    """The lines in words, for the history."""
    return "; ".join(
        f"{line.name} ({line.kind}) {line.lower}/{line.nominal}/{line.upper} {line.unit}".strip()
        for line in lines
    )


def _move(plan: Plan, state: Plan.State, actor: User | None, **moments: object) -> Plan:
    """Write a plan's next state and tell the history."""
    Plan.objects.filter(pk=plan.pk).update(state=state, version=F("version") + 1, **moments)
    record_history(
        subject=plan, verb="changed", actor=actor, changes={"state": (plan.state, state)}
    )
    plan.refresh_from_db()
    return plan


def _write_lines(plan: Plan, lines: Sequence[LineDraft]) -> None:
    """The characteristics of a draft, in this order."""
    Characteristic.objects.bulk_create(
        Characteristic(
            plan=plan,
            position=position,
            **{field.name: getattr(line, field.name) for field in fields(line)},
        )
        for position, line in enumerate(lines, start=1)
    )


def _check_lines(lines: Sequence[LineDraft]) -> None:
    """Raise ValidationError for a line that cannot be checked or a name said twice."""
    names = [line.name.casefold() for line in lines]
    for line in lines:
        for fault in faults_of_line(line).values():
            raise ValidationError(f"{line.name}: {fault}")
        if names.count(line.name.casefold()) > 1:
            raise ValidationError(_("“%(name)s” is there twice.") % {"name": line.name})


def _no_draft_or_stale(plan: Plan) -> str:
    """Why the draft was not saved."""
    now = Plan.objects.get(pk=plan.pk)
    if now.state != Plan.State.DRAFT:
        return _("This plan is %(state)s and does not change any more. Make a new revision.") % {
            "state": now.get_state_display()
        }
    return _(
        "Somebody else changed this plan while you were editing. Nothing of yours was saved: "
        "open the page again, look at the change and enter yours again."
    )
