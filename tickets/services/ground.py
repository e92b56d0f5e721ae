"""What a new contact stands on: its purchase under lock, its reason, the contacts before it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Shop
from helpdesk.lib.prepared import Prepared
from purchases.models import Purchase, PurchaseLine
from purchases.services import Counters, write_counters
from tickets.models import Interaction, Reason, Ticket
from tickets.rules import Contact, Standing, Window, count_contacts, find_standings
from tickets.services.mirroring import Mirrored

# The task that judges what was counted.
EVALUATE = "thresholds.tasks.evaluate"
# Ties of the moment are broken by key: a row not yet written comes after all that are.
NOT_YET_WRITTEN = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """The reason as a contact needs it."""

    pk: int
    name: str
    counts: bool


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket that a contact may join, as joining needs it."""

    pk: int
    state: str
    open_promises: int
    owner_id: int | None
    reason_id: int | None
    resolved_at: datetime | None
    follower_count: int
    subject: str
    # What its deadlines depend on, and their columns (tickets.services.deadlines).
    waiting_until: datetime | None
    priority: int
    team_id: int | None
    first_responded_at: datetime | None
    response_due_at: datetime | None
    resolve_due_at: datetime | None
    clock_at: datetime | None
    clock_used: int
    response_told: int
    resolve_told: int
    alarm_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketFacts":
        """Of a row that was read."""
        return cls(**{one.name: getattr(ticket, one.name) for one in fields(cls)})

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do on it."""
        return self.state in Ticket.FINISHED


@dataclass(frozen=True)
class Ground:
    """A purchase whose row is locked, with everything that is counted on it.

    ``contacts`` and ``stored`` (their standings as they are in the database) leave out what is
    not written yet. ``ticket`` is its unfinished ticket, else the one resolved last.
    """

    purchase: Purchase
    contacts: tuple[Contact, ...]
    stored: dict[int, str]
    ticket: TicketFacts | None
    merge_under: timedelta
    hours_mark: str

    @property
    def window(self) -> Window:
        """The clock of the purchase."""
        return Window(self.purchase.clock_at, self.purchase.window_ends_at)


def reason_facts(reason: Reason | None) -> ReasonFacts | None:
    """The leaf as the database knows it. Raises ValidationError when it cannot be chosen today."""
    if reason is None:
        return None
    row = _choosable(reason.pk).values_list("name", "counts").first()
    if row is None:
        raise unknown_reason()
    return ReasonFacts(reason.pk, *row)


def unknown_reason() -> ValidationError:
    """The error beside the field."""
    return ValidationError(
        {"reason": _("This reason cannot be chosen any more. Choose one from the tree.")}
    )


def lock_ground(purchase_id: int, *, reason: Reason | None) -> tuple[Ground, ReasonFacts | None]:
    """Lock the purchase and read what is counted on it, in two queries.

    Whoever else logs on it waits until this transaction ends. The contacts are read after the
    lock, by a query of their own: read by the same one they would be those of before the wait.
    Raises ValidationError when the purchase or the reason is not there.
    """
    purchase = _locked(purchase_id, reason)
    facts = None
    if reason is not None:
        if purchase.reason_counts is None:
            raise unknown_reason()
        facts = ReasonFacts(reason.pk, purchase.reason_name, bool(purchase.reason_counts))
    rows = _counted_on(purchase_id)
    return (
        Ground(
            purchase=purchase,
            contacts=tuple(_contact(row) for row in rows if row[0] is not None),
            stored={row[0]: row[6] for row in rows if row[0] is not None},
            ticket=_ticket_facts(rows[0][7]) if rows[0][7] else None,
            merge_under=timedelta(hours=purchase.merge_hours),
            hours_mark=purchase.hours_mark,
        ),
        facts,
    )


def standing_of_new(
    ground: Ground, *, occurred_at: datetime, direction: str, reason: ReasonFacts | None
) -> tuple[list[Contact], dict[int, Standing]]:
    """All contacts of the purchase with the one not yet written, and their standings then."""
    new = Contact(
        key=NOT_YET_WRITTEN,
        occurred_at=occurred_at,
        inbound=direction == Interaction.Direction.INBOUND,
        reason_counts=reason is None or reason.counts,
    )
    contacts = [*ground.contacts, new]
    found = find_standings(
        contacts,
        window=ground.window,
        merge_under=ground.merge_under,
        now=timezone.now(),
    )
    return contacts, found


def mirrored(ground: Ground, found: dict[int, Standing]) -> Mirrored:
    """What a ticket keeps of this purchase, counted with these standings."""
    purchase: Any = ground.purchase
    return {
        "tally": sum(standing is Standing.NET for standing in found.values()),
        "flagged": purchase.flag_state in Purchase.UNFINISHED_FLAG,
        "product_id": purchase.first_product,
    }


def store_count(ground: Ground, contacts: Sequence[Contact], found: dict[int, Standing]) -> None:
    """Write what counting gave: standings that moved, the counters, and the evaluator's mark."""
    moved: dict[str, list[int]] = {}
    for key, stored in ground.stored.items():
        if found[key] != stored:
            moved.setdefault(found[key], []).append(key)
    for standing, keys in moved.items():
        Interaction.objects.filter(pk__in=keys).update(standing=standing)
    count = count_contacts(contacts, found, window=ground.window, now=timezone.now())
    purchase = ground.purchase
    write_counters(
        counters=[
            Counters(
                purchase_id=purchase.pk,
                gross=count.gross,
                net=count.net,
                merged=count.merged,
                later=count.later,
                first_week_net=count.first_week_net,
                last_interaction_at=count.last_at,
            )
        ],
        mark=True,
    )
    purchase.gross_interactions, purchase.net_interactions = count.gross, count.net
    purchase.merged_interactions, purchase.later_interactions = count.merged, count.later


def _choosable(reason_id: int) -> QuerySet[Reason]:
    """The leaf, if a person may choose it today."""
    return Reason.objects.in_use().filter(pk=reason_id, parent__isnull=False)


def _locked(purchase_id: int, reason: Reason | None) -> Any:
    """The purchase under lock; the same query brings the reason and the shop's setting."""
    if reason is None:
        purchase = _purchase_alone.first(purchase_id)
    else:
        purchase = _purchase_and_reason.first(purchase_id, reason.pk)
    if purchase is None:
        raise ValidationError(
            {"purchase": _("This purchase does not exist (any more). Find it again.")}
        )
    return purchase


def _purchase(purchase_id: int) -> QuerySet[Any]:
    """The row under lock, with its first product and what the shop says."""
    lines = PurchaseLine.objects.filter(purchase=purchase_id).order_by("pk")
    rows = Purchase.objects.select_for_update(of=("self",), no_key=True).filter(pk=purchase_id)
    return rows.annotate(
        merge_hours=Subquery(Shop.objects.filter(pk=1).values("merge_hours")),
        hours_mark=Subquery(Shop.objects.filter(pk=1).values("hours_mark")),
        first_product=Subquery(lines.values("product")[:1]),
    )


def _with_reason(purchase_id: int, reason_id: int) -> Any:
    """The same with the reason's facts."""
    leaf = _choosable(reason_id)
    return _purchase(purchase_id).annotate(
        reason_counts=Subquery(leaf.values("counts")), reason_name=Subquery(leaf.values("name"))
    )


def _contacts_and_ticket(purchase_id: int) -> Any:
    """A row for each contact of the purchase, each with the ticket that a new one may join.

    The ticket is one value; imported ones may be several: the newest.
    """
    states = (*Ticket.UNFINISHED, Ticket.State.RESOLVED)
    tickets = Ticket.objects.filter(purchase_id=purchase_id, state__in=states)
    facts = JSONObject(**{one.name: one.name for one in fields(TicketFacts)})
    return Purchase.objects.filter(pk=purchase_id).values_list(
        "interactions__pk",
        "interactions__occurred_at",
        "interactions__direction",
        "interactions__reason__counts",
        "interactions__is_system",
        "interactions__superseded_at",
        "interactions__standing",
        Subquery(tickets.to_join().values_list(facts)[:1]),
    )


_purchase_alone: Prepared[Any] = Prepared(_purchase)
_purchase_and_reason: Prepared[Any] = Prepared(_with_reason)
_counted_on: Prepared[Any] = Prepared(_contacts_and_ticket)


def _ticket_facts(row: dict[str, Any]) -> TicketFacts:
    """What the database told in one value."""
    return TicketFacts(**{name: _moment(name, value) for name, value in row.items()})


def _moment(name: str, value: Any) -> Any:
    """A moment out of JSON; SQLite tells moments in UTC without saying so."""
    if value is None or not (name.endswith("_at") or name == "waiting_until"):
        return value
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _contact(row: tuple[Any, ...]) -> Contact:
    """A row of ``lock_ground`` as counting sees it."""
    return Contact(
        key=row[0],
        occurred_at=row[1],
        inbound=row[2] == Interaction.Direction.INBOUND,
        reason_counts=row[3] is not False,
        is_system=row[4],
        superseded=row[5] is not None,
    )
