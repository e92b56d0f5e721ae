"""The rows of the bench's shop: streamed, deterministic, already counted by the rule of METHOD 1.

Every row is a tuple in the order of its table's ``COLUMNS``. Keys are given here, so that rows can
point at each other without asking the database.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from helpdesk.bench.batch import Batch, Contact, Keys, Row, Value
from helpdesk.bench.ticket_rows import AGENTS, add_tickets, ticket_of

SEED = 7
DAYS = 365
PRODUCTS = 200
LOTS_PER_PRODUCT = 10
CATEGORIES = 12
REASONS = 18
CONTACTS_PER_PURCHASE = 5.3
WINDOW = timedelta(days=90)
MERGE = timedelta(hours=12)
WEEK = timedelta(days=7)
CHANNELS = ("phone", "email", "chat", "web", "visit", "social", "post", "other")
CHANNEL_WEIGHTS = (50, 30, 8, 5, 3, 2, 1, 1)
VOCABULARY = """
asks where the parcel is and wants a date for the delivery cracked handle again replacement
not sent refund invoice colour size late carrier colleague promised call back tomorrow photo
box open glaze dishwasher lid loose spare part address street number wrong label return
voucher gift weekend angry friendly patient manager waiting since monday tuesday order
"""
WORDS = VOCABULARY.split()
# Every third text has the first; the others are as rare as names and numbers are: each of the
# middling ones stands in about one text of five hundred, each rare one in two of a hundred thousand.
COMMON_WORD = "courier"
MIDDLING_WORDS = 1_000
RARE_WORDS = 50_000
# Whole words: none of them begins another.
MIDDLING_WORD, RARE_WORD = "model777", "serial41234"

PURCHASE_COLUMNS = (
    "id", "order_number", "order_folded", "customer_id", "ordered_at", "delivered_at", "status",
    "dispatched", "created_at", "version", "clock_kind", "clock_at", "clock_day",
    "window_ends_at", "gross_interactions", "net_interactions", "merged_interactions",
    "later_interactions", "first_week_net", "last_interaction_at", "flag_state", "counted_day",
)  # fmt: skip
LINE_COLUMNS = (
    "id", "purchase_id", "product_id", "lot_id", "occurrence", "quantity", "unit_price", "currency",
)  # fmt: skip
INTERACTION_COLUMNS = (
    "id", "purchase_id", "customer_id", "ticket_id", "caller", "channel", "direction", "occurred_at",
    "reason_id", "outcome", "summary", "agent_id", "duration_seconds", "is_system", "logged_at",
    "standing",
)  # fmt: skip
RATING_COLUMNS = ("id", "purchase_id", "answered_at", "score", "comment")
CUSTOMER_COLUMNS = (
    "id", "ref", "name", "name_folded", "last_first_folded", "language", "street", "postcode",
    "city", "country", "note", "created_at", "version",
)  # fmt: skip
PHONE_COLUMNS = ("id", "customer_id", "number", "typed", "digits_reversed")
EMAIL_COLUMNS = ("id", "customer_id", "address", "address_folded")


def customers(count: int, now: datetime) -> Iterator[tuple[Row, Row, Row]]:
    """Customer, phone and e-mail rows."""
    moment = now.isoformat()
    for key in range(1, count + 1):
        first, last = f"first{key % 997}", f"last{key % 9973}"
        number = f"+322{key:07d}"
        address = f"{first}.{last}.{key}@example.com"
        yield (
            (
                key, f"K{key}", f"{first} {last}", f"{first} {last}", f"{last} {first}", "", "",
                f"{1000 + key % 9000}", f"town{key % 500}", "BE", "", moment, 1,
            ),
            (key, key, number, number, number[:0:-1]),
            (key, key, address, address),
        )  # fmt: skip


def batches(
    purchases: int, customer_count: int, now: datetime, size: int = 5000
) -> Iterator[Batch]:
    """All purchases with what belongs to them, ``size`` purchases at a time."""
    chance = random.Random(SEED)
    keys = Keys()
    for start in range(1, purchases + 1, size):
        batch = Batch()
        for key in range(start, min(start + size, purchases + 1)):
            _purchase(
                batch,
                chance,
                keys,
                key=key,
                purchases=purchases,
                customer_count=customer_count,
                now=now,
            )
        yield batch


def _purchase(
    batch: Batch,
    chance: random.Random,
    keys: Keys,
    *,
    key: int,
    purchases: int,
    customer_count: int,
    now: datetime,
) -> None:
    ordered_at = now - timedelta(days=DAYS * (1 - key / (purchases + 1)), seconds=key % 600)
    customer = chance.randrange(customer_count) + 1
    wait = timedelta(days=chance.choice((1, 2, 3, 3, 4)), hours=key % 24)
    delivered_at = ordered_at + wait if ordered_at + wait < now else None
    clock_at = delivered_at or ordered_at + timedelta(days=3)
    contacts = _contacts(
        batch,
        chance,
        keys,
        purchase=key,
        customer=customer,
        ordered_at=ordered_at,
        clock_at=clock_at,
        now=now,
    )
    day = clock_at.date().isoformat()
    batch.purchases.append(
        (
            key, f"A-{key}", f"a{key}", customer, ordered_at.isoformat(),
            delivered_at.isoformat() if delivered_at else None,
            "delivered" if delivered_at else "ordered", bool(delivered_at), ordered_at.isoformat(), 1,
            "delivery" if delivered_at else "order", clock_at.isoformat(), day,
            (clock_at + WINDOW).isoformat(), *contacts, "", day,
        )
    )  # fmt: skip
    for product in {chance.randrange(PRODUCTS) + 1 for _n in range(chance.choice((1, 1, 1, 2)))}:
        lot = (product - 1) * LOTS_PER_PRODUCT + (key * LOTS_PER_PRODUCT) // (purchases + 1) + 1
        batch.lines.append((keys.line, key, product, lot, 1, "1.000", "12.50", "EUR"))
        keys.line += 1
    if delivered_at and key % 3 == 0:
        batch.ratings.append(
            (keys.rating, key, delivered_at.isoformat(), chance.choice((1, 3, 4, 5, 5, 5)), "")
        )
        keys.rating += 1


def _contacts(
    batch: Batch,
    chance: random.Random,
    keys: Keys,
    *,
    purchase: int,
    customer: int,
    ordered_at: datetime,
    clock_at: datetime,
    now: datetime,
) -> tuple[Value, ...]:
    """Write a purchase's contacts; returns its counters in the order of the columns.

    About five a purchase on average: many have two or three, a few have thirty.
    """
    wanted = min(60, int(chance.gammavariate(1.6, CONTACTS_PER_PURCHASE / 1.6) + 0.5))
    dated = (ordered_at + timedelta(days=chance.expovariate(1 / 18)) for _n in range(wanted))
    moments = sorted(at for at in dated if at < now)
    contacts: list[Contact] = []
    previous: datetime | None = None
    net = merged = later = first_week = 0
    for place, at in enumerate(moments):
        inbound = chance.random() < 0.62
        standing = "ours"
        if inbound:
            if previous is not None and at - previous < MERGE:
                standing, merged = "merged", merged + 1
            elif at >= clock_at + WINDOW:
                standing, later = "later", later + 1
            else:
                standing, net = "net", net + 1
                first_week += at < clock_at + WEEK
            previous = at
        told = Contact(
            at, chance.randrange(REASONS) + 1, _channel(chance), _summary(chance, keys.interaction),
            ticket_of(place, of=len(moments), keys=keys),
        )  # fmt: skip
        contacts.append(told)
        moment = at.isoformat()
        batch.interactions.append(
            (
                keys.interaction, purchase, customer, told.ticket, "", told.channel,
                "inbound" if inbound else "outbound", moment, told.reason, "resolved",
                told.summary, chance.randrange(AGENTS) + 1, 180, False, moment, standing,
            )
        )  # fmt: skip
        keys.interaction += 1
    add_tickets(batch, keys, contacts, purchase=purchase, customer=customer, now=now)
    last_at = moments[-1].isoformat() if moments else None
    return (len(moments), net, merged, later, first_week, last_at)


def _channel(chance: random.Random) -> str:
    return chance.choices(CHANNELS, CHANNEL_WEIGHTS)[0]


def _summary(chance: random.Random, place: int) -> str:
    """What was said in the contact of this place: a dozen frequent words and two seldom ones."""
    start = chance.randrange(len(WORDS))
    words = [WORDS[(start + step * 7) % len(WORDS)] for step in range(11)]
    words.append(f"model{chance.randrange(MIDDLING_WORDS)}")
    words.append(f"serial{chance.randrange(RARE_WORDS)}")
    if place % 3 == 0:
        words.insert(4, COMMON_WORD)
    return " ".join(words)
