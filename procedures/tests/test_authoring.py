"""Writing, publishing, comparing and reading procedures over HTTP."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from procedures.models import Procedure, Version
from procedures.rules.drafts import BranchDraft, StepDraft, VersionDraft
from procedures.services import draft_of, save_draft, start_draft
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia() -> User:
    return make.manager(name="Nadia El Amrani")


@pytest.fixture
def desk(client: Client, nadia: User) -> Client:
    client.force_login(nadia)
    return client


@pytest.fixture
def draft(nadia: User) -> Version:
    made = make.procedure(owner=nadia, live=False, title="Damaged on arrival")
    return made.versions.get()


def text(answer) -> str:
    return answer.content.decode()


def step(version: int, **fields: object) -> dict[str, object]:
    return {"version": version, "kind": "do", "title": "Do it", "required": "on", **fields}


def titles(draft: Version) -> list[str]:
    return [one.title for one in draft_of(draft).steps]


def test_a_procedure_is_begun_and_its_steps_are_written_one_by_one(desk, nadia):
    reason = make.reason(group="Goods", name="Cracked")
    said = {"title": "Damaged on arrival", "owner": nadia.pk, "reasons": [reason.pk]}
    said |= {"roles": ["agent"], "purpose": "So that she gets a new one at once."}
    answer = desk.post("/procedures/new/", said)
    procedure = Procedure.objects.get()
    assert answer["Location"] == f"/procedures/{procedure.pk}/"
    assert (list(procedure.reasons.all()), procedure.roles) == ([reason], ["agent"])
    assert "Nothing is in force yet" in text(desk.get(answer["Location"]))
    draft_at = desk.post(f"/procedures/{procedure.pk}/draft/")["Location"]
    draft = Version.objects.get()
    assert draft_at == f"/procedures/drafts/{draft.pk}/"
    add = f"{draft_at}steps/new/"
    assert desk.post(add, step(1, title="Say sorry", kind="say"))["Location"] == draft_at
    answers = "Yes -> Weigh it\nNo → end\nPerhaps"
    weigh = step(2, title="Weigh it", kind="measure", unit="g", lower="335,5", upper="345")
    desk.post(add, weigh)
    desk.post(f"{add}?after=1", step(3, title="Is it whole?", kind="decide", answers=answers))
    steps = draft_of(draft).steps
    assert [one.title for one in steps] == ["Say sorry", "Is it whole?", "Weigh it"]
    assert steps[1].branches == (
        BranchDraft("Yes", "Weigh it"),
        BranchDraft("No", ends=True),
        BranchDraft("Perhaps"),
    )
    assert str(steps[2].lower) == "335.500000"
    page = text(desk.get(draft_at))
    assert "335.5 to 345 g" in page
    assert "You wrote this, and there is nobody else who could publish it" in page


def test_a_step_that_cannot_be_followed_is_refused_beside_its_field(desk, draft):
    add = f"/procedures/drafts/{draft.pk}/steps/new/"
    for fields, words in (
        ({"title": ""}, "This field is required"),
        ({"title": "Say you are sorry"}, "Another step has this title."),
        ({"kind": "measure"}, "Choose a unit we know."),
        ({"kind": "measure", "unit": "g", "lower": "9", "upper": "8"}, "is below the lower one"),
        ({"kind": "measure", "unit": "g", "lower": "much"}, "number"),
        ({"kind": "decide", "answers": "Yes -> Nowhere"}, "is no later step"),
        ({"critical": "on", "required": ""}, "A critical step is required as well."),
    ):
        answer = desk.post(add, step(draft.version, **fields))
        assert (answer.status_code, words in text(answer)) == (422, True), words
    assert len(titles(draft)) == 3


def test_a_renamed_step_keeps_the_answers_that_lead_to_it(desk, draft, nadia):
    steps = (
        StepDraft("decide", "Whole?", branches=(BranchDraft("Yes", "Weigh"), BranchDraft("No"))),
        StepDraft("do", "Weigh"),
    )
    saved = save_draft(draft=draft, said=VersionDraft(steps), version=draft.version, actor=nadia)
    desk.post(f"/procedures/drafts/{draft.pk}/steps/2/", step(saved.version, title="Weigh twice"))
    assert draft_of(draft).steps[0].branches[0].to == "Weigh twice"


def test_steps_are_moved_and_taken_away_and_a_stale_page_is_refused(desk, draft):
    at = f"/procedures/drafts/{draft.pk}/steps/3/move/"
    desk.post(at, {"version": draft.version, "way": "up"})
    assert titles(draft) == ["Say you are sorry", "Weigh the new one", "Ask what is broken"]
    page = desk.post(at, {"version": draft.version, "way": "away"}, follow=True)
    assert "Somebody else changed this draft" in text(page)
    assert len(titles(draft)) == 3
    desk.post(at, {"version": draft.version + 1, "way": "away"})
    assert titles(draft) == ["Say you are sorry", "Weigh the new one"]
    assert desk.post(at, {"version": draft.version + 2, "way": "up"}).status_code == 404


def test_the_author_cannot_publish_and_another_manager_does(desk, draft, nadia):
    tom = make.manager(name="Tom Peeters")
    at = f"/procedures/drafts/{draft.pk}/"
    assert "Tom Peeters" in text(desk.get(at))
    page = desk.post(f"{at}publish/", {"version": draft.version}, follow=True)
    assert "You wrote this, so another person publishes it" in text(page)
    draft.refresh_from_db()
    assert draft.state == "draft"
    desk.force_login(tom)
    page = desk.post(f"{at}publish/", {"version": draft.version}, follow=True)
    assert "It is in force." in text(page)
    assert "Nadia El Amrani wrote it, Tom Peeters published it" in text(page)
    draft.refresh_from_db()
    assert (draft.state, draft.publisher) == ("published", tom)
    assert desk.get(at).status_code == 404


def test_a_draft_is_given_up_and_the_version_in_force_stays(desk, nadia):
    procedure = make.procedure(owner=nadia)
    draft = start_draft(procedure=procedure, actor=nadia)
    desk.post(f"/procedures/drafts/{draft.pk}/discard/", {"version": draft.version})
    assert [one.state for one in procedure.versions.all()] == ["published"]


def test_two_versions_stand_side_by_side(desk, nadia):
    procedure = make.procedure(owner=nadia)
    steps = (make.SAY_SORRY, StepDraft("do", "Send a new one", "By <b>the</b> carrier."))
    steps = (StepDraft("say", "Say you are sorry", "Before anything more."), *steps[1:])
    newer = make.version(procedure=procedure, author=nadia, steps=steps)
    page = text(desk.get(f"/procedures/versions/{newer.pk}/changes/"))
    assert "Before anything <del>else.</del>" in page
    assert "Before anything <ins>more.</ins>" in page
    assert "taken away" in page
    assert "By &lt;b&gt;the&lt;/b&gt; carrier." in page


def test_who_does_not_write_sees_what_is_in_force_and_no_draft(client, nadia):
    client.force_login(make.agent())
    live = make.procedure(owner=nadia, title="Late delivery")
    make.version(procedure=live, live=False)
    hidden = make.procedure(owner=nadia, title="Secret", live=False)
    page = text(client.get("/procedures/"))
    assert ("Late delivery" in page, "Secret" in page) == (True, False)
    page = text(client.get(f"/procedures/{live.pk}/"))
    assert "335 to 345 g" in page
    assert "Draft" not in page
    assert client.get(f"/procedures/{hidden.pk}/").status_code == 404
    for version in Version.objects.filter(state="draft"):
        assert client.get(f"/procedures/versions/{version.pk}/").status_code == 404


def test_words_of_titles_and_steps_find_a_procedure(desk, nadia):
    make.procedure(owner=nadia, title="Late delivery", steps=(StepDraft("do", "Ring the carrier"),))
    make.procedure(owner=nadia, title="Angry caller")
    page = text(desk.get("/procedures/?q=carr+late"))
    assert ("Late delivery" in page, "Angry caller" in page) == (True, False)
    assert "Nothing found" in text(desk.get("/procedures/?q=zebra"))


@pytest.mark.usefixtures("storage")
def test_a_picture_is_kept_and_shown_by_its_number(desk, draft):
    at = f"/procedures/{draft.procedure_id}/pictures/"
    picture = make.picture()
    picture.name = "cracked.png"
    page = desk.post(at, {"picture": picture}, follow=True)
    kept = draft.procedure.pictures.get()
    assert f"picture:{kept.pk}" in text(page)
    shown = desk.get(f"/procedures/pictures/{kept.pk}/")
    assert (shown.status_code, shown["X-Content-Type-Options"]) == (200, "nosniff")
    b"".join(shown)
    words = BytesIO(b"no picture")
    words.name = "a.png"
    assert "no picture" in text(desk.post(at, {"picture": words}, follow=True))
    assert draft.procedure.pictures.count() == 1


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_one_step_and_two_hundred_cost_the_same(desk, nadia):
    few = make.procedure(owner=nadia, steps=(make.SAY_SORRY,))
    many = make.procedure(
        owner=nadia, steps=tuple(StepDraft("do", f"Step {n}", "*x*") for n in range(200))
    )
    desk.get(f"/procedures/{few.pk}/")
    pages = [queries_of(desk, f"/procedures/{one.pk}/") for one in (few, many)]
    assert pages[0] == pages[1]
    drafts = [start_draft(procedure=one, actor=nadia) for one in (few, many)]
    pages = [queries_of(desk, f"/procedures/drafts/{one.pk}/") for one in drafts]
    assert pages[0] == pages[1]


def test_the_list_costs_the_same_for_one_and_for_twenty(desk, nadia):
    make.procedure(owner=nadia)
    desk.get("/procedures/")
    one = queries_of(desk, "/procedures/")
    for _n in range(19):
        make.procedure()
    assert queries_of(desk, "/procedures/") == one


def test_a_form_sent_twice_begins_one_procedure(desk, nadia):
    drawn = text(desk.get("/procedures/new/"))
    key = drawn.split('name="form_key" value="')[1].split('"')[0]
    for _time in range(2):
        desk.post("/procedures/new/", {"title": "Late", "owner": nadia.pk, "form_key": key})
    assert Procedure.objects.count() == 1


def test_it_is_retired_and_taken_into_use_again(desk, nadia):
    made = make.procedure(owner=nadia)
    desk.post(f"/procedures/{made.pk}/retire/", {"version": made.version})
    assert "Retired" in text(desk.get(f"/procedures/{made.pk}/"))
    assert made.title not in text(desk.get("/procedures/"))
    assert made.title in text(desk.get("/procedures/?show=retired"))
    made.refresh_from_db()
    desk.post(f"/procedures/{made.pk}/restore/", {"version": made.version})
    assert made.title in text(desk.get("/procedures/"))
