"""Importing interactions.csv: history is written as it was, then counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from accounts.services import people_for_import
from jobs.importing.bulk import insert_rows
from jobs.importing.kinds import ChunkResult, ImportContext, ImportKind, Record
from purchases.models import Purchase
from purchases.services import mark_for_evaluation
from tickets.importing.columns import interaction_columns
from tickets.importing.reasons import reasons_for
from tickets.importing.tickets import Mention, tickets_for
from tickets.models import Interaction, Reason, Ticket, TicketEvent
from tickets.services.counting import recount_purchases

# What a changed row may change; the rest of an interaction is what was said, and that stays.
CHANGEABLE = ("outcome", "duration_seconds", "purchase_id", "customer_id", "ticket_id")
CALLER_LENGTH = 120


@dataclass(frozen=True)
class Links:
    """What the rows of a chunk point at, by the words they use."""

    purchases: dict[str, Purchase]
    reasons: dict[str, Reason]
    people: dict[str, User]
    tickets: dict[str, Ticket]


def load_chunk(records: Sequence[Record], context: ImportContext) -> ChunkResult:
    """Make the interactions that are new, change the links of the others, count them."""
    result = ChunkResult()
    records = _without_repeats(records, context, result)
    links = _links(records, context, result)
    ids = [record.values["external_id"] for record in records]
    known = {
        str(each.external_id): each for each in Interaction.objects.filter(external_id__in=ids)
    }
    new, changed = [], []
    touched: set[int | None] = set()
    for record in records:
        told = _told(record, links, context)
        there = known.get(record.values["external_id"])
        if there is None:
            new.append(told)
            touched.add(told.purchase_id)
        elif news := _news(there, told):
            touched |= {there.purchase_id, told.purchase_id}
            changed.append((_changed(there, news), news))
        else:
            result.unchanged += 1
        _tell(record, told, there, result)
    insert_rows(new)
    _write_changes(changed, context)
    result.created, result.changed = len(new), len(changed)
    ids_touched = sorted(pk for pk in touched if pk is not None)
    recount_purchases(purchase_ids=ids_touched)
    mark_for_evaluation(purchase_ids=ids_touched)
    return result


def _without_repeats(
    records: Sequence[Record], context: ImportContext, result: ChunkResult
) -> list[Record]:
    """Each external number once a chunk: a repeated one with the same cells is the same row."""
    first: dict[str, Record] = {}
    for record in records:
        there = first.setdefault(record.values["external_id"], record)
        if there is record:
            continue
        if list(there.cells) == list(record.cells):
            result.unchanged += 1
        else:
            reason = _("This number stands on an earlier line too, with other values.")
            result.reject(context, record, "external_id", reason)
    return list(first.values())


def _links(records: Sequence[Record], context: ImportContext, result: ChunkResult) -> Links:
    orders = _words(records, "order_number")
    purchases = {p.order_number: p for p in Purchase.objects.filter(order_number__in=orders)}
    reasons = reasons_for(_words(records, "reason"), context, result)
    people: dict[str, User] = context.state.setdefault("people", {})
    people.update(people_for_import(_words(records, "agent") - people.keys()))
    mentions = [
        Mention(
            record,
            purchases.get(record.values["order_number"] or ""),
            reasons.get(record.values["reason"] or ""),
        )
        for record in records
        if record.values["ticket_ref"]
    ]
    return Links(purchases, reasons, people, tickets_for(mentions))


def _words(records: Iterable[Record], column: str) -> set[str]:
    return {record.values[column] for record in records if record.values[column]}


def _told(record: Record, links: Links, context: ImportContext) -> Interaction:
    """The interaction a row tells of; how it stands is counted afterwards."""
    values = record.values
    purchase = links.purchases.get(values["order_number"] or "")
    reason = links.reasons.get(values["reason"] or "")
    agent = links.people.get(values["agent"] or "")
    ticket = links.tickets.get(values["ticket_ref"] or "")
    return Interaction(
        external_id=values["external_id"],
        purchase_id=purchase.pk if purchase else None,
        customer_id=purchase.customer_id if purchase else None,
        ticket_id=ticket.pk if ticket else None,
        caller="" if purchase else (values["order_number"] or "")[:CALLER_LENGTH],
        channel=values["channel"],
        direction=values["direction"],
        occurred_at=values["occurred_at"],
        reason_id=reason.pk if reason else None,
        outcome=values["outcome"] or "",
        summary=values["summary"] or "",
        agent_id=agent.pk if agent else None,
        duration_seconds=values["duration_seconds"],
        logged_at=context.now,
        standing=_first_standing(values["direction"], purchase),
    )


def _first_standing(direction: str, purchase: Purchase | None) -> str:
    """A standing the database takes until the purchase is counted."""
    if purchase is None:
        return Interaction.Standing.UNATTRIBUTED.value
    inbound = direction == Interaction.Direction.INBOUND
    return (Interaction.Standing.NET if inbound else Interaction.Standing.OURS).value


def _news(there: Interaction, told: Interaction) -> dict[str, tuple[object, object]]:
    """What a row says otherwise and may; what it leaves empty stays, and so does a person's move."""
    moved_by_hand = there.purchase_id is not None
    news = {}
    for name in CHANGEABLE:
        new, old = getattr(told, name), getattr(there, name)
        if new in {None, ""} or new == old:
            continue
        if name in {"purchase_id", "customer_id"} and moved_by_hand:
            continue
        news[name] = (old, new)
    return news


def _changed(there: Interaction, news: dict[str, tuple[object, object]]) -> Interaction:
    for name, (_old, new) in news.items():
        setattr(there, name, new)
    if there.superseded_at is None and "purchase_id" in news:
        there.standing = _first_standing(there.direction, there.purchase)
    return there


def _write_changes(
    changed: Sequence[tuple[Interaction, dict[str, tuple[object, object]]]], context: ImportContext
) -> None:
    """Write the changes and a history row for each interaction whose purchase became known."""
    Interaction.objects.bulk_update(
        [each for each, _news in changed], [*CHANGEABLE, "standing"], batch_size=200
    )
    TicketEvent.objects.bulk_create(
        TicketEvent(
            interaction=each,
            purchase_id=each.purchase_id,
            ticket_id=each.ticket_id,
            kind=TicketEvent.Kind.ATTACHED,
            changes={"purchase": [None, str(each.purchase_id)]},
            actor=context.actor,
            at=context.now,
        )
        for each, news in changed
        if "purchase_id" in news
    )


def _tell(
    record: Record, told: Interaction, there: Interaction | None, result: ChunkResult
) -> None:
    """Count what the report names besides."""
    if told.purchase_id is None:
        result.counts["unattributed"] += 1
        if record.values["order_number"]:
            result.counts["unknown_orders"] += 1
    if there is not None and _said_otherwise(there, told):
        result.counts["said_otherwise"] += 1


def _said_otherwise(there: Interaction, told: Interaction) -> bool:
    """Whether the file now tells another story of what happened; ours stays."""
    frozen = ("channel", "direction", "occurred_at", "reason_id", "summary")
    return there.erased_at is None and any(
        getattr(there, name) != getattr(told, name) for name in frozen
    )


INTERACTIONS = ImportKind(
    name="interactions",
    label=_("Interactions"),
    about=_(
        "One row for each contact with a customer. A contact about an order that is not known yet "
        "is kept without a purchase; import the order later and the file again, and it is attached."
    ),
    columns=interaction_columns,
    load_chunk=load_chunk,
    counts={
        "unattributed": ngettext_lazy("kept without a purchase", "kept without a purchase"),
        "unknown_orders": ngettext_lazy(
            "names an order that is not known", "name an order that is not known"
        ),
        "reasons_created": ngettext_lazy(
            "reason made under “Imported”", "reasons made under “Imported”"
        ),
        "said_otherwise": ngettext_lazy(
            "differs in what never changes; left as it was",
            "differ in what never changes; left as they were",
        ),
    },
)
