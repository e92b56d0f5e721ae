"""Help asked for and goodwill given on a ticket, as its page shows them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DateTimeField, DecimalField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from helpdesk.lib.prepared import Prepared
from tickets.models import Goodwill, HelpRequest

HELP, GOODWILL = "help", "goodwill"


@dataclass(frozen=True)
class OwedRow:
    """``topic`` is help or goodwill; ``word`` the kind of goodwill, ``reply`` answer or refusal."""

    topic: str
    pk: int
    at: datetime
    who: str
    text: str
    state: str
    word: str
    due_at: datetime | None
    cost: Decimal | None
    currency: str
    other: str | None
    reply: str
    replied_at: datetime | None
    asker: int
    # Of goodwill that was given wrongly.
    undone_by: str | None
    undone_why: str | None
    # Who could approve it while it waits, by name.
    approvers: str = ""

    @property
    def is_overdue(self) -> bool:
        """A question whose deadline has passed."""
        return bool(self.due_at and self.replied_at is None and self.due_at <= timezone.now())

    @property
    def label(self) -> str:
        """The kind of goodwill in words."""
        return str(dict(Goodwill.Kind.choices).get(self.word, ""))

    @property
    def state_label(self) -> str:
        """The state of goodwill in words."""
        return str(dict(Goodwill.State.choices).get(self.state, ""))


def _rows_of(ticket: int) -> QuerySet[Any]:
    """Both kinds as rows of the same columns, those of ``OwedRow``."""
    asked = HelpRequest.objects.filter(ticket=ticket).values_list(
        Value(HELP, CharField()),
        "pk",
        "asked_at",
        "asked_by__name",
        "question",
        Value("", CharField()),
        Value("", CharField()),
        "due_at",
        Cast(Value(None), DecimalField(max_digits=10, decimal_places=2)),
        Value("", CharField()),
        "answered_by__name",
        "answer",
        "answered_at",
        "asked_by",
        Value("", CharField()),
        Value("", CharField()),
    )
    given = Goodwill.objects.filter(ticket=ticket).values_list(
        Value(GOODWILL, CharField()),
        "pk",
        "asked_at",
        "asked_by__name",
        "why",
        "state",
        "kind",
        Cast(Value(None), DateTimeField()),
        "cost",
        "currency",
        "decided_by__name",
        "refusal",
        "decided_at",
        "asked_by",
        "correction__made_by__name",
        "correction__why",
    )
    return asked.union(given, all=True)


_owed_on = Prepared(_rows_of)


def read_owed(ticket_id: int) -> list[OwedRow]:
    """All of it, the newest first, in one query; a second one where something waits, for the
    names of who can approve it.
    """
    rows = [OwedRow(*row) for row in _owed_on(ticket_id)]
    rows.sort(key=lambda row: row.at, reverse=True)
    if not any(row.state == Goodwill.State.WAITING for row in rows):
        return rows
    deciders = list(User.objects.deciders().order_by("name"))
    return [
        replace(row, approvers=", ".join(one.name for one in deciders if one.pk != row.asker))
        for row in rows
    ]
