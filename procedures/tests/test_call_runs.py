"""Procedures beside a call that is not saved yet: they begin by themselves and come along."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.models import Procedure, Record, Run
from procedures.services import start_run
from procedures.stats.deviations import read_deviations
from purchases.models import Purchase
from tests import make
from tickets.models import Interaction, Reason
from tickets.services import log_interaction

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reason() -> Reason:
    return make.reason(group="Goods", name="Cracked")


@pytest.fixture
def procedure(reason: Reason) -> Procedure:
    return make.procedure(title="Damaged on arrival", reasons=(reason,))


@pytest.fixture
def bram() -> User:
    return make.agent(name="Bram De Smet")


@pytest.fixture
def desk(client: Client, bram: User) -> Client:
    client.force_login(bram)
    return client


def text(answer) -> str:
    return answer.content.decode()


def log(call: str, purchase: Purchase, reason: Reason, actor: User) -> Interaction:
    return log_interaction(
        actor=actor,
        channel=Interaction.Channel.PHONE,
        direction=Interaction.Direction.INBOUND,
        reason=reason,
        outcome=Interaction.Outcome.ESCALATED,
        summary="Two mugs are cracked.",
        purchase=purchase,
        form_key=call,
    )


def test_what_applies_stands_open_beside_the_call_and_nothing_is_written(desk, reason, procedure):
    call = str(uuid4())
    page = text(
        desk.get("/procedures/calls/", {"form_key": call, "reason": reason.pk}, headers=HTMX)
    )
    assert "Damaged on arrival" in page
    assert "begins with the first step you record" in page
    assert "Say you are sorry" in page
    assert page.count("<form") == 1
    assert not Run.objects.exists()
    nothing = text(desk.get("/procedures/calls/", {"form_key": call}, headers=HTMX))
    assert 'id="procedures" aria-labelledby="procedures-title" hidden' in nothing
    assert desk.get("/procedures/calls/", {"form_key": "x"}).status_code == 404


def test_the_first_record_begins_the_run_and_the_call_takes_it_to_its_ticket(
    desk, bram, reason, procedure
):
    call = str(uuid4())
    steps = list(procedure.versions.get().steps.order_by("position"))
    place = {"call": call, "reason": reason.pk}
    begun = desk.post(f"/procedures/steps/{steps[0].pk}/", place, headers=HTMX)
    assert "1 of 3 steps" in text(begun)
    run = Run.objects.get()
    assert (run.call_key, run.ticket, run.started_by) == (call, None, bram)
    # A second click, and a second step with a deviation.
    desk.post(f"/procedures/steps/{steps[0].pk}/", place, headers=HTMX)
    told = {**place, "deviation": "skipped", "why": "She sent photos before."}
    page = text(desk.post(f"/procedures/runs/{run.pk}/steps/{steps[1].pk}/", told, headers=HTMX))
    assert "She sent photos before." in page
    assert Run.objects.count() == 1
    assert [one.way for one in Record.objects.filter(step=steps[1])] == ["skipped"]

    contact = log(call, make.purchase(), reason, bram)
    # Going on with it on the ticket is the same run, and the report knows how the case ended.
    assert start_run(version=run.version, ticket=contact.ticket, actor=bram) == run
    [told] = read_deviations()
    assert (told.skipped, told.net_with) == (1, 1.0)
    page = text(desk.get(f"/tickets/{contact.ticket_id}/procedures/", headers=HTMX))
    assert "She sent photos before." in page
    assert desk.get(f"/procedures/runs/{run.pk}/")["Location"] == (
        f"/tickets/{contact.ticket_id}/procedures/"
    )


def test_what_is_refused_begins_nothing_and_keeps_what_was_typed(desk, reason, procedure):
    call = str(uuid4())
    step = procedure.versions.get().steps.order_by("position")[0]
    told = {"call": call, "reason": reason.pk, "deviation": "skipped", "why": ""}
    answer = desk.post(f"/procedures/steps/{step.pk}/", told)
    assert answer.status_code == 422
    assert "Say in one sentence why" in text(answer)
    assert not Run.objects.exists()


def test_one_that_was_found_by_words_is_followed_by_hand(desk, reason, procedure):
    call = str(uuid4())
    version = procedure.versions.get()
    answer = desk.post("/procedures/calls/start/", {"call": call, "version": version.pk})
    assert answer["Location"] == f"/procedures/calls/?call={call}"
    assert Run.objects.get().version == version
    page = text(desk.get(f"{answer['Location']}&q=sorry"))
    assert "Procedures in this call" in page


def test_the_closest_applies_first(desk, reason):
    product = make.product(name="Polder mug")
    make.procedure(title="All of the goods", reasons=(reason.parent,))
    make.procedure(title="Cracked in general", reasons=(reason,))
    make.procedure(title="Mug cracked", reasons=(reason,), products=(product,))
    purchase = make.purchase(lots=(make.lot(product=product),))
    told = {"call": str(uuid4()), "reason": reason.pk, "purchase": purchase.pk}
    page = text(desk.get("/procedures/calls/", told, headers=HTMX))
    places = [
        page.index(title) for title in ("Mug cracked", "Cracked in general", "All of the goods")
    ]
    assert places == sorted(places)


def test_an_open_run_keeps_its_version_when_a_new_one_is_published(desk, bram, reason, procedure):
    ticket = make.ticket(purchase=make.purchase(), reason=reason)
    first = procedure.versions.get()
    step = first.steps.order_by("position")[0]
    desk.post(f"/procedures/steps/{step.pk}/", {"ticket": ticket.pk}, headers=HTMX)
    make.version(procedure=procedure, author=make.manager(), steps=(make.WEIGH,))
    page = text(desk.get(f"/tickets/{ticket.pk}/procedures/", headers=HTMX))
    assert "version 1" in page
    assert "version 2" not in page
    assert Run.objects.get().version == first
    # A step of a version that is not in force begins nothing.
    other = make.ticket(purchase=make.purchase(), reason=reason)
    late = desk.post(f"/procedures/steps/{step.pk}/", {"ticket": other.pk}, headers=HTMX)
    assert late.status_code == 404
    assert timezone.now() > Run.objects.get().started_at
