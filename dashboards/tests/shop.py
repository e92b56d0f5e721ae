"""A varied little shop for these tests, made by chance from a seed and counted by the services."""

import random
from datetime import timedelta
from html.parser import HTMLParser

from django.utils import timezone

from accounts.models import User
from purchases.models import Purchase
from quality.models import Inspection
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import sweep
from thresholds.services.learning import learn
from thresholds.tests.history import bought, call
from tickets.models import Fault, Promise

WINDOW = 14
FAULTS = [Fault.GOODS, Fault.GOODS, Fault.DELIVERY, Fault.PROMISE, Fault.NONE, Fault.UNCLASSIFIED]


def varied_shop(seed: int, *, purchases: int = 110) -> User:
    """A shop in which every figure of the board counts something; returns its manager."""
    chance = random.Random(seed)  # noqa: S311  # the same shop for the same seed
    make.shop(window_days=WINDOW)
    manager = make.manager()
    reasons = [None, make.reason(counts=False), *(make.reason(fault=fault) for fault in FAULTS)]
    goods = [make.product(category=f"Category {n % 2}") for n in range(5)] + [make.product()]
    for _n in range(purchases):
        sell(chance, goods, reasons)
    strangers(chance)
    raise_flags(manager, *goods)
    sweep()
    learn()
    sweep()
    check_lots(chance, goods)
    promise(chance, manager)
    sweep()
    return manager


def sell(chance, goods, reasons):
    """One purchase with contacts and ratings; some are cancelled, some never delivered."""
    status = chance.choice(["delivered"] * 12 + ["cancelled"])
    days_ago = chance.choice([chance.uniform(0, 20), chance.uniform(0, 330)])
    bad = chance.random() < 0.06
    made = bought(
        days_ago=days_ago,
        products=tuple(chance.sample(goods, chance.choice([1, 1, 1, 2]))),
        status=status,
        dispatched=status == "delivered",
    )
    if chance.random() < 0.1:
        Purchase.objects.filter(pk=made.pk).update(delivered_at=None, clock_kind="order")
    for _n in range(chance.choice([5, 7, 9]) if bad else chance.choice([0, 0, 0, 1, 1, 2])):
        call(
            made,
            chance.uniform(-1, min(days_ago, 3 * WINDOW)),
            channel=chance.choice(["phone", "phone", "email", "chat"]),
            direction=chance.choice(["inbound", "inbound", "inbound", "outbound"]),
            reason=chance.choice(reasons),
        )
    for _n in range(chance.choice([0, 0, 1, 1, 2])):
        make.rating(purchase=made, score=chance.randint(1, 5))


def strangers(chance):
    """Contacts that nobody could attach, and one dated tomorrow."""
    for _n in range(7):
        days = chance.uniform(1, 100)
        make.interaction(
            occurred_at=timezone.now() - timedelta(days=days),
            channel=chance.choice(["phone", "web"]),
        )
    make.interaction(occurred_at=timezone.now() + timedelta(days=1, hours=1))


def raise_flags(manager, *goods):
    """Eight flags of every age; half of them taken on, with actions late, due soon and far away."""
    now = timezone.now()
    today = timezone.localdate()
    for n, days in enumerate([0, 2, 4, 8, 9, 14, 15, 40]):
        sold = bought(contacts=9, days_ago=30, products=goods[n % 2 : n % 2 + 1])
        taken_on = {
            "owner": manager,
            "state": Flag.State.ACKNOWLEDGED,
            "acknowledged_at": now,
            "action_text": f"Action {n}",
            "action_due": today + timedelta(days=[-2, 3, 40][n % 3]),
        }
        Flag.objects.create(
            purchase=sold,
            threshold=5,
            net_when_raised=5,
            raised_at=now - timedelta(days=days, hours=2),
            **(taken_on if n % 2 else {}),
        )


def check_lots(chance, goods):
    """First and second inspections, some of which do not conform."""
    for product in goods[:3]:
        lot = make.lot_to_inspect(product=product)
        make.signed_inspection(lot=lot, mass=chance.choice(["340", "340", "348"]))
        if lot.inspections.filter(verdict=Inspection.Verdict.PASS).exists():
            make.signed_inspection(
                lot=lot, stage=Inspection.Stage.SECOND, mass=chance.choice(["340", "348"])
            )


def promise(chance, manager):
    """Promises that ended in every way, and open ones whose moment has passed."""
    now = timezone.now()
    sold = Flag.objects.order_by("pk")[0].purchase
    ticket = make.ticket(purchase=sold)
    proof = make.interaction(purchase=sold, standing="ours", direction="outbound")
    for state in ["kept", "kept", "kept_late", "broken", "released", "open", "open"]:
        due_at = now - timedelta(days=chance.uniform(1, 60))
        late = timedelta(hours=3 if state in {"kept_late", "broken"} else -3)
        Promise.objects.create(
            ticket=ticket,
            what="Ring back",
            due_at=due_at,
            owner=manager,
            state=state,
            ended_at=None if state == "open" else due_at + late,
            proof=proof if state.startswith("kept") else None,
        )


class Links(HTMLParser):
    """Every link of a page with the number it says it leads to (None: it does not say)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            count = given.get("data-count")
            self.found.append((given["href"], None if count is None else int(count)))
