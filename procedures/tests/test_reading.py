"""Read and understood: asked, owed, confirmed; and what is told when it waits too long."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from notices.models import Notice
from procedures.models import Confirmation, Procedure, ReadRequest, Record, Version
from procedures.services import RecordDraft, record_step, start_run
from procedures.services.reading import ask_to_read, confirm_version, owed_by, who_owes
from procedures.services.reminding import tell_of_late_words, tell_of_reviews
from procedures.tests.rawsql import delete, refused, update
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia() -> User:
    make.shop()
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def lotte() -> User:
    return make.agent(name="Lotte Maes")


@pytest.fixture
def version(nadia: User) -> Version:
    return make.procedure(owner=nadia, title="Damaged on arrival").versions.get()


def text(answer) -> str:
    return answer.content.decode()


def test_a_role_is_asked_each_owes_it_and_confirms_it_once(client, nadia, lotte, version):
    gone = make.agent(name="Gone Long", is_active=False)
    client.force_login(nadia)
    told = {"who": "agent", "due_on": "2026-12-01"}
    at = f"/procedures/versions/{version.pk}/readers/"
    assert client.post(at, told)["Location"] == at
    assert [one.name for one in who_owes(version, version.read_requests.all())] == ["Lotte Maes"]
    assert Notice.objects.get(kind="procedure_to_read").person == lotte
    page = text(client.get(at))
    assert "Lotte Maes" in page
    assert gone.name not in page

    client.force_login(lotte)
    assert "1 procedure waits for you to read" in text(client.get("/procedures/"))
    assert "Damaged on arrival" in text(client.get("/procedures/to-read/"))
    page = text(client.get(f"/procedures/{version.procedure_id}/"))
    assert "I have read and understood it" in page
    confirm = f"/procedures/versions/{version.pk}/confirm/"
    assert client.post(confirm)["Location"] == f"/procedures/versions/{version.pk}/"
    client.post(confirm)
    assert Confirmation.objects.get().person == lotte
    assert "You have read everything" in text(client.get("/procedures/to-read/"))
    assert "You confirmed it" in text(client.get(f"/procedures/{version.procedure_id}/"))


def test_who_joins_a_team_later_owes_it_too_and_a_new_version_is_asked_anew(nadia, lotte, version):
    team = Team.objects.create(name="Evening")
    ask_to_read(version=version, actor=nadia, team=team)
    assert not owed_by(lotte).exists()
    User.objects.filter(pk=lotte.pk).update(team=team)
    lotte.refresh_from_db()
    assert list(owed_by(lotte)) == [version]
    newer = make.version(procedure=version.procedure, author=nadia, steps=(make.WEIGH,))
    assert not owed_by(lotte).exists()
    ask_to_read(version=newer, actor=nadia, team=team)
    assert list(owed_by(lotte)) == [newer]
    with pytest.raises(ValidationError, match="Only a version in force"):
        ask_to_read(version=version, actor=nadia, role="agent")


def test_a_run_by_somebody_who_has_not_confirmed_says_so(client, nadia, lotte, version):
    ticket = make.ticket(purchase=make.purchase(), owner=lotte)
    run = start_run(version=version, ticket=ticket, actor=lotte)
    first, second = list(version.steps.order_by("position"))[:2]
    ask_to_read(version=version, actor=nadia, role="agent")
    record_step(run=run, step=first, draft=RecordDraft(), actor=lotte)
    client.force_login(lotte)
    at = f"/tickets/{ticket.pk}/procedures/"
    assert text(client.get(at)).count("had not confirmed this version") == 1
    confirm_version(version=version, actor=lotte)
    record_step(run=run, step=second, draft=RecordDraft(answer="Two"), actor=lotte)
    assert text(client.get(at)).count("had not confirmed this version") == 1


def test_a_word_that_is_late_is_told_once(nadia, lotte, version):
    ticket = make.ticket(purchase=make.purchase(), owner=lotte)
    run = start_run(version=version, ticket=ticket, actor=lotte)
    step = version.steps.get(critical=True)
    draft = RecordDraft(deviation="skipped", why="No scales.")
    record = record_step(run=run, step=step, draft=draft, actor=lotte)
    assert tell_of_late_words() == 0
    other = make.procedure(owner=nadia, title="Other").versions.get()
    late = Record(
        run=start_run(version=other, ticket=ticket, actor=lotte),
        step=other.steps.get(critical=True),
        way="skipped",
        why="No scales.",
        recorded_by=lotte,
        recorded_at=timezone.now() - timedelta(days=2),
        word_due_at=timezone.now() - timedelta(days=1),
    )
    late.save()
    assert (tell_of_late_words(), tell_of_late_words()) == (1, 0)
    told = Notice.objects.filter(kind="deviation_late")
    assert nadia in [one.person for one in told]
    assert lotte not in [one.person for one in told]
    record.refresh_from_db()
    assert record.late_told_at is None


def test_the_owner_is_told_once_of_the_day_to_look_at_it_again(nadia, version):
    today = timezone.localdate()
    Procedure.objects.update(review_on=today + timedelta(days=1))
    assert tell_of_reviews() == 0
    Procedure.objects.update(review_on=today)
    assert (tell_of_reviews(), tell_of_reviews()) == (1, 0)
    assert Notice.objects.get(kind="procedure_review").person == nadia


def test_the_readers_page_asks_the_same_for_one_person_and_twenty(client, nadia, version):
    client.force_login(nadia)
    ask_to_read(version=version, actor=nadia, role="agent")
    make.agent()
    at = f"/procedures/versions/{version.pk}/readers/"
    with CaptureQueriesContext(connection) as few:
        client.get(at)
    for _n in range(20):
        make.agent()
    with CaptureQueriesContext(connection) as many:
        client.get(at)
    assert len(many) == len(few)


def test_the_database_refuses_what_cannot_be(nadia, lotte, version):
    draft = make.procedure(owner=nadia, title="Draft", live=False).versions.get()
    for name, made in (
        ("read_request_of_a_role_or_a_team", ReadRequest(version=version, asked_by=nadia)),
        ("read_request_role_known", ReadRequest(version=version, asked_by=nadia, role="boss")),
        ("confirmation_of_a_published_version", Confirmation(version=draft, person=lotte)),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            made.save()
    team = Team.objects.create(name="Evening")
    for fields, name in (
        ({"role": "agent"}, "read_request_once_per_role|UNIQUE"),
        ({"team": team}, "read_request_once_per_team|UNIQUE"),
    ):
        ReadRequest.objects.create(version=version, asked_by=nadia, **fields)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ReadRequest.objects.create(version=version, asked_by=nadia, **fields)
    made = confirm_version(version=version, actor=lotte)
    with pytest.raises(IntegrityError, match=r"confirmation_once|UNIQUE"), transaction.atomic():
        Confirmation.objects.create(version=version, person=lotte)
    refused("confirmation_frozen", update, "procedures_confirmation", made.pk, person_id=nadia.pk)
    refused("confirmation_kept", delete, "procedures_confirmation", made.pk)
    with pytest.raises(ValidationError, match="This is a draft"):
        confirm_version(version=draft, actor=lotte)
