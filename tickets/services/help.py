"""The owner button: a question to a manager past the queue, with a deadline and an answer."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from notices.services import notify
from purchases.models import Purchase
from tickets.models import HelpRequest, Ticket, TicketEvent
from tickets.services.events import event
from tickets.services.locking import lock_purchases, lock_ticket
from tickets.services.once import once

CHUNK = 200


@once(HelpRequest)
@transaction.atomic
def ask_for_help(
    *,
    ticket: Ticket | None = None,
    purchase: Purchase | None = None,
    question: str,
    due_at: datetime,
    asked_of: User | None,
    actor: User,
    form_key: str | None = None,
) -> HelpRequest:
    """Ask one manager, or (``asked_of`` None) all of them, about a ticket, which keeps its owner,
    or about a ``purchase``.

    ``form_key`` names the form it was typed in: a second call with it writes nothing and gives
    the first question, with ``is_repeat`` set. Raises ValidationError: nothing asked, finished
    ticket, deadline passed, nobody else to ask.
    """
    purchase_id = _lock_subject(ticket, purchase)
    if not question.strip():
        raise ValidationError({"question": _("Say what you need.")})
    if due_at <= timezone.now():
        raise ValidationError({"due_at": _("This moment has passed. Choose a later one.")})
    able = list(User.objects.able_to_answer(actor))
    people = [one for one in able if asked_of is None or one.pk == asked_of.pk]
    if not people:
        raise ValidationError({"asked_of": _("This person cannot answer. Ask another manager.")})
    asked = HelpRequest.objects.create(
        ticket=ticket,
        purchase=None if ticket else purchase,
        question=question.strip(),
        due_at=due_at,
        asked_by=actor,
        asked_of=asked_of,
        form_key=form_key,
    )
    event(
        TicketEvent.Kind.ESCALATED,
        actor=actor,
        ticket_id=asked.ticket_id,
        purchase_id=purchase_id,
        note=asked.question,
    ).save(force_insert=True)
    _tell(asked, people, "help_asked", by=actor)
    return asked


@transaction.atomic
def answer_help(*, request: HelpRequest, answer: str, actor: User) -> HelpRequest:
    """Answer a question; who asked is told. Raises ValidationError: answered already, nothing
    said, one's own question, or one who is no manager.
    """
    fresh = HelpRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if fresh.answered_at is not None:
        raise ValidationError(_("Somebody has answered this already. Look again."))
    if not answer.strip():
        raise ValidationError({"answer": _("Write the answer.")})
    if fresh.asked_by_id == actor.pk or not actor.may(Role.MANAGER, write=True):
        raise ValidationError(_("Another manager answers this."))
    fresh.answer, fresh.answered_by, fresh.answered_at = answer.strip(), actor, timezone.now()
    fresh.save(update_fields=["answer", "answered_by", "answered_at"])
    event(
        TicketEvent.Kind.ANSWERED,
        actor=actor,
        ticket_id=fresh.ticket_id,
        purchase_id=fresh.about.pk if fresh.about else None,
        note=fresh.answer,
    ).save(force_insert=True)
    _tell(fresh, [fresh.asked_by], "help_answered", by=actor)
    return fresh


def tell_of_overdue_help() -> int:
    """Tell all managers and who asked of questions whose deadline has passed; how many questions.

    Safe twice, late and beside itself: a question is told once.
    """
    told = 0
    while found := _tell_chunk():
        told += found
    return told


@transaction.atomic
def _tell_chunk() -> int:
    """Some of the questions; what another worker holds is left to that one."""
    now = timezone.now()
    overdue = HelpRequest.objects.open().filter(due_at__lte=now, told_overdue_at__isnull=True)
    rows = overdue.select_for_update(skip_locked=True, of=("self",), no_key=True)
    found = list(
        rows.select_related("asked_by", "ticket", "purchase").order_by("due_at", "pk")[:CHUNK]
    )
    for one in found:
        able = User.objects.able_to_answer(one.asked_by)
        _tell(one, [*able, one.asked_by], "help_overdue", by=one.asked_by)
    HelpRequest.objects.filter(pk__in=[one.pk for one in found]).update(told_overdue_at=now)
    return len(found)


def _lock_subject(ticket: Ticket | None, purchase: Purchase | None) -> int | None:
    """Lock what is asked about; returns the key of its purchase. Raises ValidationError."""
    if ticket is None:
        if purchase is None or not lock_purchases([purchase.pk]):
            raise ValidationError(_("This purchase does not exist (any more). Find it again."))
        return purchase.pk
    fresh = lock_ticket(ticket.pk)
    if fresh.state in Ticket.FINISHED:
        raise ValidationError(_("This ticket is finished: reopen it to ask about it."))
    return fresh.purchase_id


def _tell(request: HelpRequest, people: list[User], kind: str, *, by: User) -> None:
    """One notice for each of the people."""
    notify(
        people=people,
        kind=kind,
        key=f"help:{request.pk}:{kind}",
        params={
            "by": by.name,
            "ticket": request.ticket_id,
            "order": request.purchase.order_number if request.purchase else None,
            "question": request.question[:120],
        },
        link=reverse("help_page", args=[request.pk]),
    )
