"""Purchases, contacts, ratings and inspections of the sample shop, as rows of the import formats.

Everything follows from one seed and the day of loading: the same day gives the same shop, and
whatever the day, the shop looks alive. Moments are whole minutes in UTC.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpdesk.sample.goods import (
    AGENTS,
    FIRST_NAMES,
    INSPECTORS,
    ITEMS,
    LAST_NAMES,
    LOTS_PER_PRODUCT,
    PLACES,
    STORY_SKU,
    Item,
)
from helpdesk.sample.texts import ANSWERED, RATING_WORDS, SAID

SEED = 20
DAYS = 400
PURCHASES = 1500
CUSTOMERS = 400
# The mugs' handles dry too fast since this many days; the two lots made since are bad.
STORY_DAYS = 150
CHECKS_PER_LOT = 5

# Ordinary trouble: reason and how often it is behind a contact.
ORDINARY = {
    "Cracked or broken": 7, "Wrong colour or size": 5, "Wears out early": 5, "Late": 14,
    "Lost or returned": 4, "Parcel damaged": 5, "How to use or clean": 10, "Page not right": 5,
    "Where is my order": 16, "Return too hard": 5, "Wrong invoice": 7, "New order": 4,
    "Wish or question": 8, "Compliment": 5,
}  # fmt: skip
# What follows when the first contact did not mend it.
FOLLOWING = {
    "Call-back not made": 5, "Replacement not sent": 8, "Refund not made": 5,
    "Told twice, no action": 4, "Late": 4, "Where is my order": 3,
}  # fmt: skip
STORY = {"Cracked or broken": 10, "Replacement not sent": 5, "Call-back not made": 2}
CHANNELS = {"phone": 50, "email": 30, "chat": 10, "web": 6, "visit": 3, "social": 1}

Row = dict[str, str]


@dataclass
class Story:
    """The rows of the four files, in the formats of the imports."""

    purchases: list[Row] = field(default_factory=list)
    interactions: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    inspections: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class SampleLot:
    """A lot: sold from ``made_at`` on until the next one is made."""

    number: str
    item: Item
    made_at: datetime
    is_bad: bool


@dataclass(frozen=True)
class Order:
    """A purchase as the story needs it."""

    number: str
    ordered_at: datetime
    delivered_at: datetime | None
    lots: tuple[SampleLot, ...]


def tell(now: datetime) -> Story:
    """The whole story as seen when the day of ``now`` began; nothing in it lies later."""
    chance = random.Random(SEED)
    now = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = now - timedelta(days=DAYS)
    story = Story()
    lots = _lots(chance, start)
    orders = _orders(chance, story, lots, now)
    for order in orders:
        contacts = _contacts(chance, story, order, now)
        _rating(chance, story, order, contacts, now)
    _strangers(chance, story, now)
    _inspections(chance, story, lots)
    return story


def _lots(chance: random.Random, start: datetime) -> list[SampleLot]:
    """Five lots a product, about 80 days apart."""
    lots = []
    for item in ITEMS:
        for number in range(LOTS_PER_PRODUCT):
            offset = number * DAYS / LOTS_PER_PRODUCT - 12 + chance.uniform(-4, 4)
            made_at = start + timedelta(days=offset)
            name = f"{item.letters}-{made_at:%y%m}-{number + 1}"
            bad = item.sku == STORY_SKU and offset > DAYS - STORY_DAYS - 20
            lots.append(SampleLot(name, item, made_at, bad))
    return lots


def _orders(
    chance: random.Random, story: Story, lots: list[SampleLot], now: datetime
) -> list[Order]:
    people = [_customer(chance, number) for number in range(CUSTOMERS)]
    loyalty = [chance.paretovariate(1.6) for _person in people]
    offsets = sorted(chance.uniform(0, DAYS) for _n in range(PURCHASES))
    orders = []
    for place, offset in enumerate(offsets):
        # Everybody buys once; after that the loyal ones more often.
        person = people[place] if place < CUSTOMERS else chance.choices(people, weights=loyalty)[0]
        ordered_at = min(
            _at_daytime(chance, now - timedelta(days=DAYS - offset)), now - timedelta(hours=1)
        )
        orders.append(
            _order(
                chance,
                story,
                lots,
                person=person,
                number=20_000 + place * 3,
                ordered_at=ordered_at,
                now=now,
            )
        )
    return orders


def _customer(chance: random.Random, number: int) -> Row:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    postcode, city = chance.choice(PLACES)
    plain = "".join(sign for sign in f"{first}.{last}".lower() if sign.isascii() and sign != " ")
    return {
        "customer_ref": f"K{1000 + number}",
        "customer_name": f"{first} {last}",
        "customer_email": f"{plain}.{number}@example.com",
        "customer_phone": f"+32 2 555 {number // 100:02d} {number % 100:02d}",
        "postcode": postcode,
        "city": city,
    }


def _order(
    chance: random.Random,
    story: Story,
    lots: list[SampleLot],
    *,
    person: Row,
    number: int,
    ordered_at: datetime,
    now: datetime,
) -> Order:
    delivered_at: datetime | None = ordered_at + timedelta(
        days=chance.choice((1, 2, 2, 3, 3, 4, 6)), hours=chance.randint(-6, 6)
    )
    status = "delivered"
    if delivered_at is not None and delivered_at > now:
        delivered_at, status = (
            None,
            "dispatched" if ordered_at < now - timedelta(days=1) else "ordered",
        )
    if chance.random() < 0.015:
        delivered_at, status = None, "cancelled"
    chosen = _unique(
        chance.choices(ITEMS, [i.weight for i in ITEMS], k=chance.choice((1, 1, 1, 2, 3)))
    )
    from_lots = tuple(_lot_of(lots, item, ordered_at) for item in chosen)
    for lot in from_lots:
        story.purchases.append(
            {
                **{key: value for key, value in person.items() if key.startswith("customer_")},
                "order_number": f"A-{number}",
                "ordered_at": ordered_at.isoformat(),
                "delivered_at": delivered_at.isoformat() if delivered_at else "",
                "status": status,
                "sku": lot.item.sku,
                "product_name": lot.item.name,
                "category": lot.item.category,
                "quantity": str(chance.choice((1, 1, 2, 2, 4, 6))),
                "unit_price": str(lot.item.price),
                "currency": "EUR",
                "lot_number": lot.number,
            }
        )
    return Order(f"A-{number}", ordered_at, delivered_at, from_lots)


def _contacts(chance: random.Random, story: Story, order: Order, now: datetime) -> int:
    """Contacts about one order; returns how many were theirs."""
    bad = next((lot for lot in order.lots if lot.is_bad), None)
    mean = chance.gammavariate(1.3, 0.45 / 1.3)
    if bad is not None:
        mean += chance.gammavariate(1.5, 1.6)
    wanted = _poisson(chance, mean)
    start = order.delivered_at or order.ordered_at + timedelta(days=2)
    at = start + timedelta(days=chance.expovariate(1 / 9) - 1.5)
    for number in range(wanted):
        at = _at_daytime(chance, max(at, order.ordered_at + timedelta(hours=3)))
        if at >= now:
            return number
        lot = bad or order.lots[0]
        table = STORY if bad else FOLLOWING if number else ORDINARY
        reason = chance.choices(list(table), list(table.values()))[0]
        _contact(
            chance,
            story,
            order_number=order.number,
            item=lot.item.name,
            reason=reason,
            at=at,
            now=now,
        )
        if chance.random() < 0.09:
            # A second mail of the same day: merged, not counted twice.
            again = at + timedelta(hours=chance.uniform(0.5, 5))
            _contact(
                chance,
                story,
                order_number=order.number,
                item=lot.item.name,
                reason=reason,
                at=again,
                now=now,
            )
        at += timedelta(days=0.8 + chance.expovariate(1 / 8))
    return wanted


def _contact(
    chance: random.Random,
    story: Story,
    *,
    order_number: str,
    item: str,
    reason: str,
    at: datetime,
    now: datetime,
) -> None:
    if at >= now:
        return
    serious = reason not in {"How to use or clean", "Compliment", "Wish or question", "New order"}
    outcome = chance.choices(
        ("resolved", "promised", "escalated", "waiting", "no_action"),
        (50, 30, 5, 10, 5) if serious else (90, 2, 0, 3, 5),
    )[0]
    agent = chance.choice(AGENTS)
    story.interactions.append(
        {
            "external_id": f"S{len(story.interactions) + 1}",
            "order_number": order_number,
            "occurred_at": at.isoformat(),
            "channel": chance.choices(list(CHANNELS), list(CHANNELS.values()))[0],
            "direction": "inbound",
            "reason": reason,
            "outcome": outcome,
            "summary": chance.choice(SAID[reason]).format(item=item),
            "agent": agent,
            "duration_seconds": str(int(chance.lognormvariate(5.3, 0.6))),
        }
    )
    answered_at = _at_daytime(chance, at + timedelta(days=chance.choice((1, 1, 2))))
    if serious and chance.random() < 0.08 and answered_at < now:
        story.interactions.append(
            {
                "external_id": f"S{len(story.interactions) + 1}",
                "order_number": order_number,
                "occurred_at": answered_at.isoformat(),
                "channel": chance.choice(("phone", "email")),
                "direction": "outbound",
                "reason": reason,
                "outcome": chance.choice(("resolved", "promised")),
                "summary": ANSWERED[reason],
                "agent": agent,
                "duration_seconds": str(int(chance.lognormvariate(4.8, 0.5))),
            }
        )


def _rating(
    chance: random.Random, story: Story, order: Order, contacts: int, now: datetime
) -> None:
    if order.delivered_at is None or chance.random() > 0.24:
        return
    answered_at = order.delivered_at + timedelta(days=chance.uniform(4, 25))
    if answered_at >= now:
        return
    score = max(1, min(5, round(chance.gauss(4.6 - 0.8 * contacts, 0.7))))
    story.ratings.append(
        {
            "external_id": f"R{len(story.ratings) + 1}",
            "order_number": order.number,
            "answered_at": answered_at.replace(second=0, microsecond=0).isoformat(),
            "score": str(score),
            "comment": chance.choice(RATING_WORDS[score]),
        }
    )


def _strangers(chance: random.Random, story: Story, now: datetime) -> None:
    """Contacts that name an order nobody knows: kept, without a purchase."""
    for number in range(34):
        reason = chance.choice(("Where is my order", "Wish or question", "Late"))
        at = _at_daytime(chance, now - timedelta(days=chance.uniform(1, DAYS)))
        _contact(
            chance,
            story,
            order_number=f"B-{7000 + number}",
            item=chance.choice(ITEMS).name,
            reason=reason,
            at=at,
            now=now,
        )


def _inspections(chance: random.Random, story: Story, lots: list[SampleLot]) -> None:
    """About eight checks a lot: a first, often a second person, sometimes a re-inspection.

    A lot in stock ends on a check that passes, the bad mugs of the story on one that does not.
    """
    for lot in lots:
        at = lot.made_at.replace(hour=7, minute=chance.randint(0, 59)) + timedelta(days=1)
        for number in range(CHECKS_PER_LOT):
            is_last = number == CHECKS_PER_LOT - 1
            first, second = chance.sample(INSPECTORS, 2)
            failed = lot.is_bad if is_last else chance.random() < (0.55 if lot.is_bad else 0.05)
            _inspection(story, lot, first, at, "first", failed=failed)
            seen = False
            if chance.random() < 0.66:
                seen = failed if is_last or chance.random() < 0.93 else not failed
                _inspection(story, lot, second, at + timedelta(hours=3), "second", failed=seen)
            if (failed or seen) and not is_last:
                again = at + timedelta(hours=6)
                _inspection(story, lot, second, again, "re-inspection", failed=False)
            at += timedelta(days=1, minutes=chance.randint(-40, 40))


def _inspection(
    story: Story, lot: SampleLot, inspector: str, at: datetime, stage: str, *, failed: bool
) -> None:
    story.inspections.append(
        {
            "external_id": f"I{len(story.inspections) + 1}",
            "lot_number": lot.number,
            "sku": lot.item.sku,
            "inspected_at": at.replace(second=0, microsecond=0).isoformat(),
            "maker": lot.item.maker,
            "inspector": inspector,
            "verdict": "fail" if failed else "pass",
            "stage": stage,
            "note": "Hairline crack at the handle joint." if failed and lot.is_bad else "",
        }
    )


def _lot_of(lots: list[SampleLot], item: Item, at: datetime) -> SampleLot:
    """The newest lot of the item that existed at the moment."""
    made = [lot for lot in lots if lot.item == item and lot.made_at < at]
    return made[-1] if made else next(lot for lot in lots if lot.item == item)


def _at_daytime(chance: random.Random, at: datetime) -> datetime:
    """The same day in the shop's working hours."""
    return at.replace(hour=chance.randint(7, 16), minute=chance.randint(0, 59))


def _unique(items: list[Item]) -> list[Item]:
    return list(dict.fromkeys(items))


def _poisson(chance: random.Random, mean: float) -> int:
    """Count arrivals of a unit-rate process within ``mean``."""
    count, reached = 0, chance.expovariate(1)
    while reached < mean:
        count += 1
        reached += chance.expovariate(1)
    return count
