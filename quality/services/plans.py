"""Plans: drafted, approved by somebody else, then frozen; a change is a new revision."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Access, User
from accounts.services import record_history
from purchases.models import Product
from quality.models import Plan
from quality.services.plan_drafts import (
    PlanDraft,
    check_draft,
    draft_of,
    facts_of,
    lines_of,
    told,
    with_pictures,
    write_lines,
)


@transaction.atomic
def save_plan(
    *,
    actor: User | None,
    product: Product | None,
    draft: PlanDraft,
    category: str = "",
    plan: Plan | None = None,
    version: int | None = None,
) -> Plan:
    """Make a draft plan for a product or a category, or change one; the writer cannot approve it.

    `version` is the one the page was drawn from. Raises ValidationError: a line that cannot be
    checked, a draft already there, a plan that is no draft any more, somebody else's change.
    """
    check_draft(draft)
    subject = plan or Plan(product=product, category="" if product else category)
    _lock(subject)
    if plan is None:
        return _made(subject, draft, actor)
    there = {line.name: line for line in lines_of(plan)}
    before = told(list(there.values()))
    saved = Plan.objects.filter(pk=plan.pk, state=Plan.State.DRAFT)
    if version is not None:
        saved = saved.filter(version=version)
    facts = facts_of(draft)
    if not saved.update(**facts, made_by=actor, version=F("version") + 1):
        raise ValidationError(_no_draft_or_stale(plan), code="stale")
    plan.characteristics.all().delete()
    write_lines(plan, [with_pictures(line, there.get(line.name)) for line in draft.lines])
    record_history(
        subject=plan,
        verb="changed",
        actor=actor,
        changes={name: (getattr(plan, name), value) for name, value in facts.items()}
        | {"lines": (before, told(draft.lines))},
    )
    plan.refresh_from_db()
    return plan


def _made(subject: Plan, draft: PlanDraft, actor: User | None) -> Plan:
    """A new draft. Raises ValidationError when there is one or it is a plan of nothing."""
    if subject.product is None and not subject.category:
        raise ValidationError({"product": _("Choose a product or a category.")})
    others = Plan.objects.beside(subject)
    if others.filter(state=Plan.State.DRAFT).exists():
        raise ValidationError(
            _("%(product)s already has a draft plan. Change that one, or activate it first.")
            % {"product": subject.name}
        )
    newest = others.aggregate(newest=Max("revision"))["newest"] or 0
    plan = Plan.objects.create(
        product=subject.product,
        category=subject.category,
        revision=newest + 1,
        made_by=actor,
        **facts_of(draft),
    )
    write_lines(plan, draft.lines)
    record_history(subject=plan, verb="created", actor=actor)
    return plan


@transaction.atomic
def activate_plan(*, plan: Plan, actor: User) -> Plan:
    """Approve a draft and put it in force; the former active plan of its subject retires.

    Raises ValidationError when the plan is no draft, has no characteristics, or was written by
    this person, with the names of those who can approve it.
    """
    _lock(plan)
    plan.refresh_from_db()
    if plan.state != Plan.State.DRAFT:
        raise ValidationError(
            _("This plan is %(state)s already.") % {"state": plan.get_state_display()}
        )
    if not plan.characteristics.exists():
        raise ValidationError(_("The plan has no characteristics yet: add what has to be checked."))
    able = Access.FULL in {actor.manager_access, actor.admin_access}
    if not able or actor.pk == plan.made_by_id:
        raise ValidationError(
            _("You wrote this plan; somebody else has to approve it: %(names)s.")
            % {"names": names_of_approvers(plan) or _("invite another manager or admin first")}
        )
    now = timezone.now()
    former = Plan.objects.beside(plan).active().first()
    if former is not None:
        _move(former, Plan.State.RETIRED, actor, retired_at=now)
    return _move(plan, Plan.State.ACTIVE, actor, activated_at=now, approved_by=actor)


def names_of_approvers(plan: Plan) -> str:
    """Who may approve the draft: the active managers and admins who did not write it."""
    able = User.objects.deciders().exclude(pk=plan.made_by_id or 0)
    return ", ".join(able.order_by("name").values_list("name", flat=True)[:5])


@transaction.atomic
def revise_plan(*, plan: Plan, actor: User | None) -> Plan:
    """A draft with the same lines as the next revision; the draft that waits when there is one."""
    waiting = Plan.objects.beside(plan).filter(state=Plan.State.DRAFT).first()
    if waiting is not None:
        return waiting
    return save_plan(
        actor=actor, product=plan.product, category=plan.category, draft=draft_of(plan)
    )


def _lock(plan: Plan) -> None:
    """One change of a subject's plans at a time; a category's are told apart by their constraints."""
    if plan.product_id is not None:
        Product.objects.select_for_update(no_key=True).get(pk=plan.product_id)


def _move(plan: Plan, state: Plan.State, actor: User | None, **facts: object) -> Plan:
    """Write a plan's next state and tell the history."""
    Plan.objects.filter(pk=plan.pk).update(state=state, version=F("version") + 1, **facts)
    record_history(
        subject=plan, verb="changed", actor=actor, changes={"state": (plan.state, state)}
    )
    plan.refresh_from_db()
    return plan


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
