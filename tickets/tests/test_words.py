"""Words of contacts, notes and tickets, found by the database's own index."""

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.lib.frozen import present_triggers
from tests import make
from tickets.models import Interaction, TicketEvent
from tickets.words import CONTACTS, NOTES, TICKETS

pytestmark = pytest.mark.django_db


def said(summary: str) -> int:
    return make.interaction(purchase=make.purchase(), summary=summary).pk


def test_a_word_is_found_without_case_accents_and_marks():
    key = said("L’adresse était ERRONÉE: Rue de l'Église 12/b, wachtwoord onbekend.")
    said("Something else.")
    for text in ("adresse", "etait", "Était", "erronée", "église", "12", "onbekend"):
        assert CONTACTS.find(text, limit=5).keys == (key,), text


def test_all_words_have_to_be_there_and_the_last_may_be_a_beginning():
    both = said("The glaze of the mug is cracked")
    said("The glaze is fine")
    assert CONTACTS.find("mug glaze", limit=5).keys == (both,)
    assert CONTACTS.find("glaze crac", limit=5).keys == (both,)
    assert CONTACTS.find("glaze plate", limit=5).keys == ()


@pytest.mark.parametrize(
    "text", ["", "  ", "'", '"', "& | ! :*", "()", "a' OR 1=1 --", "*", "NEAR("]
)
def test_marks_of_a_query_language_are_only_marks(text):
    said("plain words")
    assert CONTACTS.find(text, limit=5).keys == ()


def test_the_better_place_comes_first_and_then_the_latest():
    far = said("lid of the box was broken, and long after that he spoke of the glass")
    older, newer = said("glass lid"), said("glass lid")
    found = CONTACTS.find("glass lid", limit=5)
    assert set(found.keys) == {far, older, newer}
    assert found.keys.index(newer) < found.keys.index(older)
    assert found.keys[-1] == far or connection.vendor == "sqlite"


def test_an_erased_text_has_no_words_left():
    key = said("my secret is tulips")
    assert CONTACTS.find("tulips", limit=5).keys == (key,)
    Interaction.objects.filter(pk=key).update(summary="", caller="", erased_at=timezone.now())
    assert CONTACTS.find("tulips", limit=5).keys == ()


def test_what_a_correction_superseded_is_not_found():
    key = said("wrong words about tulips")
    Interaction.objects.filter(pk=key).update(superseded_at=timezone.now(), standing="superseded")
    assert CONTACTS.find("tulips", limit=5).keys == ()


def test_a_deleted_row_leaves_the_index():
    key = said("words about tulips")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_interaction WHERE id = %s", [key])
    assert CONTACTS.find("tulips", limit=5).keys == ()


def test_more_than_asked_for_says_so():
    for _n in range(3):
        said("again tulips")
    assert CONTACTS.find("tulips", limit=2).more
    assert len(CONTACTS.find("tulips", limit=2).keys) == 2
    assert not CONTACTS.find("tulips", limit=5).more


def test_only_notes_of_the_history_are_searched():
    ticket = make.ticket(purchase=make.purchase())
    agent = make.agent()
    note, _resolved = (
        TicketEvent.objects.create(ticket=ticket, kind=kind, note="spare tulips", actor=agent)
        for kind in (TicketEvent.Kind.NOTED, TicketEvent.Kind.RESOLVED)
    )
    assert NOTES.find("tulips", limit=5).keys == (note.pk,)


def test_a_ticket_is_found_by_its_subject_and_by_how_it_ended():
    ticket = make.ticket(purchase=make.purchase(), subject="Broken lid", resolution="Sent tulips")
    make.ticket(purchase=make.purchase(), subject="Other")
    assert TICKETS.find("LID broken", limit=5).keys == (ticket.pk,)
    assert TICKETS.find("tulips", limit=5).keys == (ticket.pk,)


def test_a_very_long_text_is_kept_and_found_by_its_beginning():
    key = said("tulips " + "x" * 70_000 + " end")
    assert CONTACTS.find("tulips", limit=5).keys == (key,)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's index needs no triggers")
def test_the_triggers_that_keep_the_words_are_there():
    """tickets_contact_words_insert, _update, _delete; tickets_note_words_insert, _delete."""
    declared = {(index.table, name) for index in (CONTACTS, NOTES) for name in index.triggers()}
    assert len(declared) == 5
    assert declared <= present_triggers(connection)
