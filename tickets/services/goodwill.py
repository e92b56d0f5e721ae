"""Goodwill: granted alone up to one's limit, above it by the word of a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Shop, User
from accounts.services.history import changes_of, record_history, save_version
from notices.services import notify
from tickets.models import Goodwill, GoodwillCorrection, GoodwillLimits, Ticket, TicketEvent
from tickets.services.events import event
from tickets.services.locking import lock_ticket
from tickets.services.once import once

State = Goodwill.State
CENT = Decimal("0.01")


@dataclass(frozen=True)
class GoodwillDraft:
    """What is given, what it costs us in the shop's currency, and why."""

    kind: str
    cost: Decimal
    why: str


def limits_in_force() -> GoodwillLimits:
    """The limits; the first time those a shop starts with, not yet saved."""
    return GoodwillLimits.objects.filter(pk=1).first() or GoodwillLimits(pk=1)


def limit_of(person: User, limits: GoodwillLimits) -> Decimal:
    """What this person may grant alone: the highest limit of their roles that are not read-only."""
    found = [
        limit
        for role, limit in ((Role.AGENT, limits.agent), (Role.MANAGER, limits.manager))
        if person.may(role, write=True)
    ]
    return max(found, default=Decimal(0))


@once(Goodwill)
@transaction.atomic
def grant_goodwill(
    *,
    ticket: Ticket,
    draft: GoodwillDraft,
    shop: Shop,
    actor: User,
    form_key: str | None = None,
) -> Goodwill:
    """Grant it at once within the actor's limit; above it, it waits for another person.

    ``form_key`` names the form it was typed in: a second call with it writes nothing and gives
    the first one, with ``is_repeat`` set. Raises ValidationError: nothing given, no reason, or
    above the limit with nobody there who could approve.
    """
    fresh = lock_ticket(ticket.pk)
    if draft.cost < CENT:
        raise ValidationError({"cost": _("Say what it costs us: more than nothing.")})
    if not draft.why.strip():
        raise ValidationError({"why": _("Say why it is given.")})
    limit = limit_of(actor, limits_in_force())
    alone = draft.cost <= limit
    approvers = [] if alone else list(User.objects.approvers(other_than=actor))
    if not alone and not approvers:
        raise ValidationError(
            {"cost": _("This is above your limit, and there is nobody else who could approve it.")}
        )
    given = Goodwill.objects.create(
        ticket=fresh,
        kind=draft.kind,
        cost=draft.cost,
        currency=shop.currency,
        why=draft.why.strip(),
        state=State.GRANTED if alone else State.WAITING,
        asked_by=actor,
        own_limit=limit,
        form_key=form_key,
    )
    if alone:
        _record(given, TicketEvent.Kind.GRANTED, actor=actor, note=given.why)
    _tell(given, approvers, "goodwill_waiting", by=actor)
    return given


@transaction.atomic
def approve_goodwill(*, goodwill: Goodwill, actor: User) -> Goodwill:
    """Let another person's wish be granted. Raises ValidationError: decided already, one's own,
    or one who is neither manager nor admin.
    """
    fresh = _undecided(goodwill, actor)
    _decide(fresh, State.GRANTED, actor=actor)
    _record(fresh, TicketEvent.Kind.GRANTED, actor=actor, note=fresh.why)
    _tell(fresh, [fresh.asked_by], "goodwill_granted", by=actor)
    return fresh


@transaction.atomic
def refuse_goodwill(*, goodwill: Goodwill, refusal: str, actor: User) -> Goodwill:
    """Say no, and why. Raises ValidationError as approving does, and without a reason."""
    fresh = _undecided(goodwill, actor)
    if not refusal.strip():
        raise ValidationError({"refusal": _("Say why not.")})
    fresh.refusal = refusal.strip()
    _decide(fresh, State.REFUSED, actor=actor)
    _record(fresh, TicketEvent.Kind.REFUSED, actor=actor, note=fresh.refusal)
    _tell(fresh, [fresh.asked_by], "goodwill_refused", by=actor)
    return fresh


@transaction.atomic
def undo_goodwill(*, goodwill: Goodwill, why: str, actor: User) -> GoodwillCorrection:
    """Say that what was granted is not given after all; sums leave it out from now on.

    Asked twice it answers with the correction that stands, with ``is_repeat`` set. Who asked for
    it and who approved it are told. Raises ValidationError: never granted, no reason, or neither
    who asked for it nor a manager or admin.
    """
    fresh = Goodwill.objects.select_for_update(of=("self",)).get(pk=goodwill.pk)
    there = GoodwillCorrection.objects.select_related("made_by").filter(goodwill=fresh).first()
    if there is not None:
        there.is_repeat = True
        return there
    if fresh.state != State.GRANTED:
        raise ValidationError(_("Only what was granted can be undone."))
    if not may_undo(fresh, actor):
        raise ValidationError(_("Who gave it, a manager or an admin can undo it."))
    if not why.strip():
        raise ValidationError({"why": _("Say why it is undone: the history tells it.")})
    correction = GoodwillCorrection.objects.create(goodwill=fresh, why=why.strip(), made_by=actor)
    event(
        TicketEvent.Kind.TAKEN_BACK,
        actor=actor,
        ticket_id=fresh.ticket_id,
        purchase_id=fresh.ticket.purchase_id,
        changes={"kind": (fresh.kind, None), "cost": (fresh.amount, None)},
        note=correction.why,
    ).save(force_insert=True)
    people = {one.pk: one for one in (fresh.asked_by, fresh.decided_by) if one is not None}
    people.pop(actor.pk, None)
    _tell(fresh, list(people.values()), "goodwill_undone", by=actor)
    return correction


def may_undo(goodwill: Goodwill, person: User) -> bool:
    """Whether this person can undo what was granted: who asked for it, or one who could decide."""
    if person.may(Role.MANAGER, Role.ADMIN, write=True):
        return True
    return goodwill.asked_by_id == person.pk and person.may(Role.AGENT, write=True)


@transaction.atomic
def set_goodwill_limits(*, version: int, values: Mapping[str, object], actor: User) -> None:
    """Change what each role may grant alone; what was granted or waits keeps the limit it had.

    Raises ValidationError on a stale ``version``.
    """
    limits, _made = GoodwillLimits.objects.select_for_update().get_or_create(pk=1)
    changes = changes_of(limits, values)
    if not changes:
        return
    save_version(limits, version=version, values=values)
    record_history(subject=limits, verb="changed", actor=actor, changes=changes)


def _undecided(goodwill: Goodwill, actor: User) -> Goodwill:
    """The row under lock, if this person may decide. Raises ValidationError."""
    fresh = Goodwill.objects.select_for_update(of=("self",)).get(pk=goodwill.pk)
    if fresh.state != State.WAITING:
        raise ValidationError(
            _("This has been decided already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    if fresh.asked_by_id == actor.pk:
        raise ValidationError(_("You asked for it yourself: another person decides."))
    if not actor.may(Role.MANAGER, Role.ADMIN, write=True):
        raise ValidationError(_("Managers and admins decide this."))
    return fresh


def _decide(goodwill: Goodwill, state: Goodwill.State, *, actor: User) -> None:
    """Write the decision."""
    goodwill.state, goodwill.decided_by, goodwill.decided_at = state, actor, timezone.now()
    goodwill.save(update_fields=["state", "decided_by", "decided_at", "refusal"])


def _record(goodwill: Goodwill, kind: TicketEvent.Kind, *, actor: User, note: str) -> None:
    """The history row: what, how much, why."""
    event(
        kind,
        actor=actor,
        ticket_id=goodwill.ticket_id,
        purchase_id=goodwill.ticket.purchase_id,
        changes={"kind": (None, goodwill.kind), "cost": (None, goodwill.amount)},
        note=note,
    ).save(force_insert=True)


def _tell(goodwill: Goodwill, people: list[User], kind: str, *, by: User) -> None:
    """One notice for each of the people, leading to the goodwill, which all of them may open."""
    notify(
        people=people,
        kind=kind,
        key=f"goodwill:{goodwill.pk}:{kind}",
        params={
            "by": by.name,
            "ticket": goodwill.ticket_id,
            "amount": goodwill.amount,
            "refusal": goodwill.refusal,
        },
        link=reverse("goodwill_page", args=[goodwill.pk]),
    )
