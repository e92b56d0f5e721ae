"""What of a call form is kept as a draft: the texts as they were typed, right or wrong."""

from django.http import QueryDict

from tickets.forms.keys import MOST_KEYS
from tickets.services import Fields

# Each field of the form that is kept, and how long it can be.
LENGTHS = {
    "q": 120,
    "caller": 120,
    "purchase": 18,
    "customer": 18,
    "ticket": 18,
    "add_to": 18,
    "channel": 6,
    "direction": 8,
    "reason": 18,
    "outcome": 9,
    "summary": 4000,
    "occurred_at": 30,
    "duration": 12,
    "timing": 12,
    "promise_what": 300,
    "promise_when": 20,
    "promise_at": 30,
    "promise_owner": 18,
}


def draft_fields(data: QueryDict) -> Fields:
    """The fields of a call form that say something, cut to the length they can have."""
    fields: Fields = {}
    for name, length in LENGTHS.items():
        # PostgreSQL keeps no NUL in JSON.
        text = data.get(name, "").replace("\0", "")[:length]
        if text:
            fields[name] = text
    keeps = [key[:18] for key in data.getlist("keeps")[:MOST_KEYS] if key.isdecimal()]
    if keeps:
        fields["keeps"] = keeps
    return fields
