"""Drafts of calls: kept while typing, only their owner's, open as tabs, put away, forgotten."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from tests import make
from tickets.models import CallDraft, Interaction
from tickets.services import forget_call_drafts, save_call_draft
from tickets.tasks import forget_drafts

pytestmark = pytest.mark.django_db
CALL = "/calls/new/"


@pytest.fixture
def actor(db: None) -> User:
    make.shop(threshold=6)
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(actor: User, client: Client) -> Client:
    client.force_login(actor)
    return client


@pytest.fixture
def purchase(actor: User) -> Purchase:
    return make.purchase(order_number="A-24817", customer=make.customer(name="Els Vermeulen"))


def draft(person: User, **fields: Any) -> CallDraft:
    return save_call_draft(person=person, form_key=str(uuid4()), fields=fields)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_what_is_typed_is_kept_and_kept_again_and_comes_back_in_the_form(
    desk: Client, actor: User, purchase: Purchase
):
    key = str(uuid4())
    url = f"/calls/drafts/{key}/"
    first = desk.post(url, {"by": "script", "person": actor.pk, "q": "A-24817", "summary": "As"})
    again = desk.post(
        url,
        {
            "by": "script",
            "person": actor.pk,
            "q": "A-24817",
            "purchase": purchase.pk,
            "channel": "email",
            "summary": "Asks when",
            "duration": "1:42",
            "timing": "running",
            "unknown": "x",
            "keeps": ["7", "x"],
        },
    )
    assert (first.status_code, again.status_code) == (204, 204)
    kept = CallDraft.objects.get()
    assert (kept.person, kept.form_key) == (actor, key)
    assert kept.fields == {
        "q": "A-24817",
        "purchase": str(purchase.pk),
        "channel": "email",
        "summary": "Asks when",
        "duration": "1:42",
        "timing": "running",
        "keeps": ["7"],
    }
    page = text_of(desk.get(f"{CALL}?key={key}"))
    assert f'name="form_key" value="{key}"' in page
    assert f'name="purchase" value="{purchase.pk}"' in page
    assert ">Asks when</textarea>" in page
    assert 'name="channel" value="email" checked' in page
    assert 'name="duration" inputmode="numeric" size="6" maxlength="12" value="1:42"' in page
    assert Interaction.objects.count() == 0


def test_a_text_is_cut_where_the_form_would_refuse_it(desk: Client):
    desk.post(f"/calls/drafts/{uuid4()}/", {"summary": "x" * 5000 + "\0", "q": "\0"})
    assert CallDraft.objects.get().fields == {"summary": "x" * 4000}


def test_without_a_script_a_button_keeps_the_draft_and_says_so(desk: Client):
    key = uuid4()
    page = desk.post(f"/calls/drafts/{key}/", {"summary": "Half a"}, follow=True)
    assert page.redirect_chain == [(f"{CALL}?key={key}", 302)]
    assert "Draft saved." in text_of(page)
    assert ">Half a</textarea>" in text_of(page)


def test_nobody_else_sees_a_draft_nor_writes_into_it(desk: Client, actor: User):
    theirs = draft(make.agent(), summary="A secret")
    assert desk.get(f"{CALL}?key={theirs.form_key}").status_code == 404
    assert desk.post(f"/calls/drafts/{theirs.form_key}/", {"summary": "Mine"}).status_code == 404
    assert "A secret" not in text_of(desk.get(CALL))
    theirs.refresh_from_db()
    assert theirs.fields == {"summary": "A secret"}


def test_a_tab_left_open_by_somebody_else_neither_drafts_nor_logs(desk: Client, purchase: Purchase):
    other = make.agent()
    assert desk.post(f"/calls/drafts/{uuid4()}/", {"person": other.pk}).status_code == 409
    page = desk.post(
        CALL,
        {
            "person": other.pk,
            "channel": "phone",
            "direction": "inbound",
            "outcome": "resolved",
            "reason": make.reason().pk,
            "summary": "Theirs",
            "purchase": purchase.pk,
        },
        follow=True,
    )
    assert "Nothing was saved: the form was typed by somebody else" in text_of(page)
    assert "Theirs" not in text_of(page)
    assert CallDraft.objects.count() == Interaction.objects.count() == 0


def test_open_calls_are_tabs_in_the_order_they_began(desk: Client, actor: User, purchase: Purchase):
    customer = make.customer(name="Marc Dupont")
    first = draft(actor, purchase=str(purchase.pk))
    draft(actor, customer=str(customer.pk))
    draft(actor, q="+3295550177")
    page = desk.get(f"{CALL}?key={first.form_key}")
    tabs = [(tab.name, tab.detail, tab.is_current) for tab in page.context["tabs"]]
    assert tabs == [
        ("Els Vermeulen", "A-24817", True),
        ("Marc Dupont", "", False),
        ("+3295550177", "", False),
    ]
    fresh = desk.get(CALL)
    assert [tab.is_current for tab in fresh.context["tabs"]] == [False, False, False, True]


def test_whose_promise_it_would_be_is_kept_too(desk: Client, actor: User, purchase: Purchase):
    karim = make.agent(name="Karim Baert")
    kept = draft(actor, purchase=str(purchase.pk), promise_owner=str(karim.pk))
    page = desk.get(f"{CALL}?key={kept.form_key}").content.decode()
    assert f'<option value="{karim.pk}" selected>Karim Baert</option>' in page


def test_ten_open_calls_take_as_many_queries_as_one(desk: Client, actor: User, queries):
    def ask() -> list[str]:
        with queries() as seen:
            desk.get(CALL)
        return seen

    draft(actor, purchase=str(make.purchase().pk), customer=str(make.customer().pk))
    one = ask()
    for _n in range(9):
        draft(actor, purchase=str(make.purchase().pk), customer=str(make.customer().pk))
    assert len(ask()) == len(one)


def test_a_saved_call_is_no_tab_any_more_and_a_late_draft_does_not_bring_it_back(
    desk: Client, actor: User, purchase: Purchase
):
    made = draft(actor, purchase=str(purchase.pk), summary="Asks when.")
    desk.post(
        CALL,
        {
            "form_key": made.form_key,
            "channel": "phone",
            "direction": "inbound",
            "outcome": "resolved",
            "reason": make.reason().pk,
            "summary": "Asks when.",
            "purchase": purchase.pk,
        },
    )
    late = desk.post(f"/calls/drafts/{made.form_key}/", {"by": "script", "summary": "Late"})
    assert late.status_code == 410
    assert [tab.name for tab in desk.get(CALL).context["tabs"]] == [""]
    back = desk.get(f"{CALL}?key={made.form_key}")
    assert back["Location"] == f"/purchases/{purchase.pk}/"
    assert CallDraft.objects.get().fields["summary"] == "Asks when."


def test_a_call_put_away_can_be_taken_back(desk: Client, actor: User):
    made = draft(actor, q="Els", summary="Half a")
    page = desk.post(f"/calls/drafts/{made.form_key}/discard/", follow=True)
    assert page.redirect_chain == [(f"{CALL}?put_away={made.form_key}", 302)]
    assert "The call was put away." in text_of(page)
    assert len(page.context["tabs"]) == 1
    back = desk.post(f"/calls/drafts/{made.form_key}/restore/", follow=True)
    assert back.redirect_chain == [(f"{CALL}?key={made.form_key}", 302)]
    assert ">Half a</textarea>" in text_of(back)


def test_a_call_gone_on_with_later_was_when_it_began(desk: Client, actor: User):
    made = draft(actor, q="Els")
    began = timezone.now() - timedelta(hours=2)
    CallDraft.objects.filter(pk=made.pk).update(started_at=began)
    local = timezone.localtime(began, make.shop().zone)
    page = text_of(desk.get(f"{CALL}?key={made.form_key}"))
    assert f'name="occurred_at" value="{local:%Y-%m-%dT%H:%M}"' in page


@pytest.mark.parametrize("key", ["x", "", "00000000-0000-0000-0000-00000000000g"])
def test_a_crooked_key_begins_a_new_call(desk: Client, key: str):
    page = desk.get(f"{CALL}?key={key}&put_away={key}")
    assert page.status_code == 200
    assert len(page.context["form_key"]) == 36


def test_drafts_of_saved_calls_those_put_away_and_old_ones_are_forgotten_and_no_others(actor: User):
    now = timezone.now()
    kept = draft(actor, q="kept")
    recent = draft(actor, q="put away just now")
    CallDraft.objects.filter(pk=recent.pk).update(discarded_at=now)
    saved, away, old = (draft(actor, q=name) for name in ("saved", "away", "old"))
    make.interaction(form_key=saved.form_key)
    CallDraft.objects.filter(pk=away.pk).update(discarded_at=now - timedelta(days=1))
    long_ago = now - timedelta(weeks=4)
    CallDraft.objects.filter(pk=old.pk).update(started_at=long_ago, saved_at=long_ago)
    assert forget_call_drafts() == 3
    assert set(CallDraft.objects.all()) == {kept, recent}
    forget_drafts()
    assert CallDraft.objects.count() == 2


def test_the_database_refuses_a_second_draft_of_a_form_and_one_saved_before_it_began(actor: User):
    made = draft(actor)
    with pytest.raises(IntegrityError, match=r"form_key"), transaction.atomic():
        # call_draft_once_per_form
        CallDraft.objects.create(person=make.agent(), form_key=made.form_key)
    with pytest.raises(IntegrityError, match="call_draft_saved_after_start"), transaction.atomic():
        CallDraft.objects.filter(pk=made.pk).update(saved_at=made.started_at - timedelta(seconds=1))


def test_a_saved_call_points_back_to_those_it_interrupted(
    desk: Client, actor: User, purchase: Purchase
):
    first = draft(actor, purchase=str(purchase.pk))
    second = draft(actor, q="0470 <b>")
    draft(make.agent(), q="another's")
    reason = make.reason()
    said = {
        "form_key": str(uuid4()),
        "channel": "phone",
        "direction": "inbound",
        "reason": reason.pk,
        "outcome": "resolved",
        "summary": "Asks for the invoice.",
        "purchase": make.purchase().pk,
    }
    drawn = desk.get(CALL).content.decode()
    assert '<input type="hidden" name="others" value="1">' in drawn
    said["others"] = "1"
    told = text_of(desk.post(CALL, said, follow=True))
    assert "2 calls are still open: " in told
    link = f'<a href="/calls/new/?key={first.form_key}">Els Vermeulen · A-24817</a>'
    assert f'{link}, <a href="/calls/new/?key={second.form_key}">0470 &lt;b&gt;</a>' in told
    assert "another&#x27;s" not in told
    said |= {"form_key": first.form_key, "purchase": purchase.pk}
    told = text_of(desk.post(CALL, said, follow=True))
    assert "A call is still open: " in told
    assert first.form_key not in told
    said |= {"form_key": second.form_key}
    assert "still open" not in text_of(desk.post(CALL, said, follow=True))
