"""The texts of the tickets room that are searched by their words."""

from helpdesk.lib.wordindex import WordIndex

# What a correction superseded is not found; an erased text has no words left.
CONTACTS = WordIndex(
    name="tickets_contact_words",
    table="tickets_interaction",
    text="summary",
    where="superseded_at IS NULL",
    changes=("summary",),
)
NOTES = WordIndex(
    name="tickets_note_words",
    table="tickets_ticketevent",
    text="note",
    where="kind = 'noted'",
)
TICKETS = WordIndex(
    name="tickets_ticket_words",
    table="tickets_ticket",
    text="subject || ' ' || resolution",
    short=True,
)
WORDS = (CONTACTS, NOTES, TICKETS)
