"""Canned texts and macros: who keeps them, what is filled in, what a macro does."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import HistoryEntry, User
from tests import make
from tickets.models import CannedText, Macro, Ticket
from tickets.services.deeds import do_deed
from tickets.services.texts import add_text, deed_of_macro

pytestmark = pytest.mark.django_db
TEXT = {"name": "Sorry", "text": "Dear {{customer}}, about {{ order }}: sorry."}


@pytest.fixture
def lotte() -> User:
    make.shop(name="Lepel & Klei")
    return make.agent(name="Lotte Maes")


@pytest.fixture
def desk(client: Client, lotte: User) -> Client:
    client.force_login(lotte)
    return client


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def ticket() -> Ticket:
    els = make.customer(name="Els <b>Vermeulen</b>")
    return make.ticket(
        purchase=make.purchase(order_number="A-24817", customer=els), reason=make.reason()
    )


# Keeping -------------------------------------------------------------------------------------


def test_anybody_keeps_a_text_of_their_own_that_nobody_else_sees(desk, lotte):
    assert desk.post("/texts/new/", {**TEXT, "shared": "on"})["Location"] == "/texts/"
    text = CannedText.objects.get()
    assert (text.owner, text.name, text.text) == (lotte, "Sorry", TEXT["text"])
    assert HistoryEntry.objects.about(text).get().verb == "created"
    other = as_person(make.manager())
    assert "Sorry" not in other.get("/texts/").content.decode()
    assert other.get(f"/texts/{text.pk}/").status_code == 404


@pytest.mark.parametrize("keeper", [make.manager, make.admin])
def test_managers_and_admins_keep_texts_for_everybody_that_agents_only_use(desk, keeper):
    boss = as_person(keeper())
    boss.post("/texts/new/", {**TEXT, "shared": "on"})
    text = CannedText.objects.get()
    assert text.owner is None
    page = desk.get("/texts/").content.decode()
    assert "everybody" in page
    assert f'href="/texts/{text.pk}/"' not in page
    assert desk.post(f"/texts/{text.pk}/delete/").status_code == 404
    told = {"name": "Sorry", "text": "Sorry!", "version": "1"}
    assert boss.post(f"/texts/{text.pk}/", told).status_code == 302
    assert boss.post(f"/texts/{text.pk}/", {**told, "text": "?"}).status_code == 422
    text.refresh_from_db()
    assert (text.text, text.version) == ("Sorry!", 2)
    boss.post(f"/texts/{text.pk}/delete/")
    assert not CannedText.objects.exists()


def test_a_service_lets_no_agent_share(lotte):
    with pytest.raises(ValidationError):
        add_text(kind=CannedText, shared=True, values=TEXT, actor=lotte)
    assert not CannedText.objects.exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "Sorry"}, "There is one of this name already"),
        ({"name": "B", "text": "{{ customer.delete }}"}, "There is no variable"),
        ({"name": "B", "text": "{{nobody}}"}, "There is no variable {{nobody}}"),
    ],
)
def test_a_name_is_there_once_and_only_known_variables_are_kept(desk, fields, told):
    desk.post("/texts/new/", TEXT)
    answer = desk.post("/texts/new/", {**TEXT, **fields})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert CannedText.objects.count() == 1


# Picking -------------------------------------------------------------------------------------


def test_a_picked_text_is_filled_in_and_what_is_missing_stays_visible(desk, ticket):
    desk.post("/texts/new/", {"name": "Hello", "text": "{{customer}} {{order}} {{delivered}}"})
    desk.post("/texts/new/", {"name": "Other", "text": "{% now 'Y' %} {{agent}}, {{shop}}"})
    page = desk.get(f"/texts/pick/?ticket={ticket.pk}").content.decode()
    assert re.findall(r'data-text="([^"]*)"', page) == [
        "Els &lt;b&gt;Vermeulen&lt;/b&gt; A-24817 [delivered]",
        "{% now &#x27;Y&#x27; %} Lotte Maes, Lepel &amp; Klei",
    ]
    assert "Other" not in desk.get("/texts/pick/?q=HELL").content.decode()
    assert "No text of this name" in desk.get("/texts/pick/?q=zzz&purchase=x").content.decode()


# Macros --------------------------------------------------------------------------------------


def made(**fields) -> Macro:
    return Macro.objects.create(**{"name": "Goodbye", **fields})


def use(macro: Macro, ticket: Ticket, person: User, form_key: str = "") -> Ticket:
    rows = Ticket.objects.for_queue()
    shown = rows.get(pk=ticket.pk)
    deed = deed_of_macro(macro, ticket=shown, person=person, shop=make.shop())
    do_deed(
        ticket=shown,
        version=ticket.version,
        deed=deed,
        actor=person,
        form_key=form_key or str(uuid4()),
    )
    return Ticket.objects.get(pk=ticket.pk)


def test_a_macro_answers_notes_takes_and_resolves_in_one_go(lotte, ticket):
    macro = made(
        reply="Dear {{customer}}",
        note="By macro, {{ticket}}",
        takes="me",
        priority=3,
        resolves=True,
        resolution="Sent for {{order}}.",
    )
    done = use(macro, ticket, lotte)
    assert (done.owner, done.priority, done.state) == (lotte, 3, "resolved")
    assert done.resolution == "Sent for A-24817."
    assert done.interactions.get().summary == "Dear Els <b>Vermeulen</b>"
    assert done.events.get(kind="noted").note == f"By macro, #{ticket.pk}"


def test_sent_twice_a_macro_answers_once(lotte, ticket):
    macro = made(reply="Dear {{customer}}", waits="customer")
    key = str(uuid4())
    use(macro, ticket, lotte, key)
    done = use(macro, ticket, lotte, key)
    assert (done.state, done.interactions.count()) == ("waiting_customer", 1)


def test_refused_in_one_part_it_does_nothing_at_all(lotte, ticket):
    ticket.reason = None
    ticket.save()
    macro = made(reply="Hello", takes="me", resolves=True, resolution="Sent.")
    with pytest.raises(ValidationError, match="Choose what the ticket was about"):
        use(macro, ticket, lotte)
    left = Ticket.objects.get(pk=ticket.pk)
    assert (left.owner, left.state, left.version) == (None, "new", 1)
    assert not left.interactions.exists()
    assert not left.events.exists()


def test_a_macro_whose_words_need_what_is_not_known_is_refused(lotte):
    with pytest.raises(ValidationError, match="not known here: order"):
        use(made(note="About {{order}}"), make.ticket(), lotte)


def test_a_macro_that_waits_some_days_comes_back_in_the_morning(lotte, ticket):
    done = use(made(waits="days", wait_days=3), ticket, lotte)
    assert done.state == "waiting_until"
    assert done.waiting_until
    assert done.waiting_until.hour == 9


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "It does nothing yet"),
        ({"resolves": "on"}, "Say what was done for the customer."),
        ({"takes": "person"}, "Choose a person or a team."),
        ({"waits": "days"}, "Say how many days"),
        ({"waits": "customer", "resolves": "on", "resolution": "x"}, "does not wait"),
    ],
)
def test_a_macro_that_makes_no_sense_is_not_kept(desk, fields, told):
    answer = desk.post("/macros/new/", {"name": "M", "reply_channel": "email", **fields})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Macro.objects.exists()


def test_a_macro_is_kept_and_changed(desk, lotte):
    fields = {"name": "Urgent", "priority": "3", "reply_channel": "email", "takes": "me"}
    assert desk.post("/macros/new/", fields).status_code == 302
    macro = Macro.objects.get()
    assert (macro.owner, macro.priority, macro.takes) == (lotte, 3, "me")
    desk.post(f"/macros/{macro.pk}/", {**fields, "priority": "", "version": "1"})
    macro.refresh_from_db()
    assert macro.priority is None


# The database --------------------------------------------------------------------------------

SET_TEXT, SET_MACRO = "UPDATE tickets_cannedtext SET ", "UPDATE tickets_macro SET "


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        (SET_TEXT + "name = ''", "cannedtext_has_a_name"),
        (SET_TEXT + "text = ''", "canned_text_has_words"),
        (SET_TEXT + "name = 'same', owner_id = NULL", "cannedtext_name_once"),
        (SET_TEXT + "name = 'same'", "cannedtext_own_name_once"),
        (SET_MACRO + "name = ''", "macro_has_a_name"),
        (SET_MACRO + "name = 'same', owner_id = NULL", "macro_name_once"),
        (SET_MACRO + "name = 'same'", "macro_own_name_once"),
        (SET_MACRO + "note = ''", "macro_does_something"),
        (SET_MACRO + "resolves = true", "macro_resolves_with_words"),
        (SET_MACRO + "waits = 'days'", "macro_waits_so_many_days"),
        (SET_MACRO + "waits = 'days', wait_days = 400", "macro_waits_so_many_days"),
        (SET_MACRO + "takes = 'person'", "macro_takes_somebody"),
        (SET_MACRO + "priority = 9", "macro_priority_known"),
        (SET_MACRO + "reply_channel = 'smoke'", "macro_channel_known"),
    ],
)
def test_the_database_refuses(lotte, sql, name):
    for n in range(2):
        CannedText.objects.create(owner=lotte, name=f"T{n}", text="x")
        Macro.objects.create(owner=lotte, name=f"M{n}", note="x")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        connection.cursor().execute(sql)
    told = str(refused.value)
    assert name in told or "UNIQUE constraint failed: tickets_" in told


def test_a_macro_says_what_it_will_do_before_it_does_it(desk, lotte, ticket):
    macro = made(
        owner=lotte, note="Hi {{customer}}", takes="me", priority=3, waits="days", wait_days=2
    )
    mark = f"do=macro&one=1&mark={ticket.pk}.{ticket.version}"
    page = desk.get(f"/queue/act/?{mark}").content.decode()
    assert f"macro={macro.pk}" in page
    page = desk.get(f"/queue/act/?{mark}&macro={macro.pk}").content.decode()
    told = re.findall(r'td-cell-sub">([^<]*)<', page)
    assert told[:3] == [
        "Writes the note “Hi Els &lt;b&gt;Vermeulen&lt;/b&gt;”",
        "Gives it to Lotte Maes",
        "Sets the priority to High",
    ]
    assert told[3].startswith("Lets it wait until")
    assert not ticket.events.exists()
    fields = {"do": "macro", "one": "1", "mark": f"{ticket.pk}.1", "macro": macro.pk}
    answer = desk.post("/queue/act/", {**fields, "form_key": str(uuid4())})
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert ticket.events.count() == 4


def test_somebody_elses_macro_is_not_used(desk, ticket):
    macro = made(owner=make.agent(), priority=3)
    fields = {"do": "macro", "mark": f"{ticket.pk}.1", "macro": macro.pk}
    assert desk.post("/queue/act/", fields).status_code == 422
    ticket.refresh_from_db()
    assert ticket.priority == 2
