"""Promises are brought to mind before and at their moment, once each, whoever runs when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from tests import make
from tickets.models import Promise, Ticket
from tickets.services import (
    AttemptDraft,
    PromiseDraft,
    end_promise,
    log_attempt,
    make_promise,
    remind_of_promises,
)
from tickets.tasks import remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def lotte(db: None) -> User:
    return make.agent(name="Lotte Maes")


def promised(owner: User, *, minutes: float, what: str = "Ring back") -> Promise:
    """Made yesterday, due in so many minutes."""
    now = timezone.now()
    return Promise.objects.create(
        ticket=make.ticket(purchase=make.purchase(order_number=f"A-{what}-{minutes}")),
        what=what,
        due_at=now + timedelta(minutes=minutes),
        made_at=now - timedelta(days=1),
        owner=owner,
    )


def kinds(person: User) -> list[str]:
    """What the person was told, in that order."""
    return list(Notice.objects.of(person).order_by("pk").values_list("kind", flat=True))


def test_a_near_promise_is_told_once_and_again_when_it_is_due(lotte: User):
    near, far = promised(lotte, minutes=14), promised(lotte, minutes=16)
    assert [remind_of_promises(), remind_of_promises()] == [1, 0]
    assert kinds(lotte) == ["promise_soon"]
    notice = Notice.objects.get()
    assert notice.link == f"/promises/{near.pk}/"
    assert notice.sentence == "A promise is due in a quarter of an hour: Ring back (A-Ring back-14)"
    Promise.objects.filter(pk=far.pk).update(told_near_at=timezone.now())
    late = promised(lotte, minutes=-1)
    remind()
    remind()
    assert kinds(lotte) == ["promise_soon", "promise_due"]
    assert Notice.objects.latest("pk").link == f"/promises/{late.pk}/"


def test_who_slept_through_both_moments_is_told_that_it_is_due(lotte: User):
    promised(lotte, minutes=-600)
    assert remind_of_promises() == 1
    assert kinds(lotte) == ["promise_due"]


def test_a_promise_for_ten_minutes_is_not_brought_to_mind_at_once(lotte: User):
    due = timezone.now() + timedelta(minutes=10)
    make_promise(ticket=make.ticket(), draft=PromiseDraft("Ring back", due), actor=lotte)
    assert remind_of_promises() == 0


def test_an_ended_promise_is_not_told(lotte: User):
    promise = promised(lotte, minutes=5)
    end_promise(promise=promise, ending="released", note="Found it.", actor=lotte)
    assert remind_of_promises() == 0


def test_a_notice_that_was_told_by_a_killed_worker_is_not_told_twice(lotte: User):
    promise = promised(lotte, minutes=-1)
    remind_of_promises()
    # As if it had been killed between the notice and its mark.
    Promise.objects.filter(pk=promise.pk).update(told_due_at=None)
    remind_of_promises()
    assert kinds(lotte) == ["promise_due"]


def test_each_next_try_is_told_when_its_moment_comes(lotte: User):
    promise = promised(lotte, minutes=600)
    for tries in (1, 2):
        again = timezone.now() + timedelta(hours=1)
        draft = AttemptDraft("no_answer", next_at=again)
        log_attempt(promise=promise, draft=draft, actor=lotte)
        assert remind_of_promises() == 0
        Promise.objects.filter(pk=promise.pk).update(next_attempt_at=timezone.now())
        assert [remind_of_promises(), remind_of_promises()] == [1, 0]
        assert kinds(lotte) == ["promise_again"] * tries


def test_more_than_a_chunk_is_told_to_the_last(lotte: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tickets.services.reminders.CHUNK", 2)
    for minutes in range(5):
        promised(lotte, minutes=-minutes - 1)
    assert remind_of_promises() == 5
    assert Notice.objects.count() == 5


def test_who_promises_for_somebody_else_lets_them_know(lotte: User):
    jonas, ticket = make.agent(name="Jonas Claes"), make.ticket()
    draft = PromiseDraft("Ring back", timezone.now() + timedelta(hours=1), jonas)
    promise = make_promise(ticket=ticket, draft=draft, actor=lotte)
    assert promise.owner == jonas
    assert Notice.objects.get().sentence == ("Lotte Maes promised something that you do: Ring back")
    assert Ticket.objects.get().open_promises == 1
