"""How the desk of the sample shop works: its hours, its texts and macros, its shared views."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Shop, User
from accounts.services.hours import HoursDraft, edit_hours
from helpdesk.sample.goods import AGENTS
from purchases.models import Product
from tickets.models import CannedText, Goodwill, Macro, Ticket
from tickets.services.deadlines import edit_targets
from tickets.services.goodwill import GoodwillDraft, grant_goodwill
from tickets.services.help import ask_for_help
from tickets.services.notes import write_note
from tickets.services.owners import change_priority
from tickets.services.saved_views import add_view
from tickets.services.texts import add_text

OFFICE = (9 * 60, 17 * 60 + 30)
HOUR = 60
TEXTS = {
    "Photo, please": "Dear {{customer}}, could you send us a photo of it? With the order number {{order}} we find the lot it came from.",
    "New one on its way": "Dear {{customer}}, a new {{product}} leaves today. You keep the other one; there is nothing to send back.",
    "Call back": "Rang {{customer}} back about {{order}}, as promised {{promise}}.",
}


def keep_habits(manager: User, admin: User) -> None:
    """Before the first call: office hours, how soon the desk answers, what it writes again."""
    week = tuple((OFFICE,) if day < 5 else () for day in range(7))
    hours = HoursDraft(time_zone="", country="BE", subdivision="", week=week, closed=())
    edit_hours(team=None, version=0, draft=hours, actor=admin)
    goals = {
        Ticket.Priority.HIGH.value: (2 * HOUR, 16 * HOUR),
        Ticket.Priority.NORMAL.value: (8 * HOUR, 40 * HOUR),
    }
    edit_targets(goals=goals, versions=dict.fromkeys(goals, 0), actor=admin)
    for name, text in TEXTS.items():
        add_text(kind=CannedText, shared=True, values={"name": name, "text": text}, actor=manager)
    add_text(
        kind=Macro,
        shared=True,
        values={
            "name": "Asked for a photo",
            "reply": TEXTS["Photo, please"],
            "takes": Macro.Takes.ME,
            "waits": Macro.Waits.CUSTOMER,
        },
        actor=manager,
    )
    mug = Product.objects.get(sku="MUG-30")
    for name, query in (
        ("Polder mugs", f"view=all&product={mug.pk}"),
        ("Nobody's yet", "view=all&owner=none&sort=age"),
    ):
        add_view(name=name, query=query, shared=True, actor=manager)


def work_on_tickets(manager: User, now: datetime) -> None:
    """After the calls: one is urgent, one is asked about, one is made good."""
    lotte, bram = (User.objects.get(name=name) for name in AGENTS[:2])
    urgent, second, money = Ticket.objects.unfinished().order_by("opened_at", "pk")[:3]
    change_priority(
        ticket=urgent, version=urgent.version, priority=Ticket.Priority.HIGH, actor=lotte
    )
    write_note(
        ticket=second,
        text=f"Photos show the handle joint again. @{manager.name} this is the third box for them.",
        actor=bram,
    )
    ask_for_help(
        ticket=money,
        question="May she have her money back for the whole set? Two of six broke.",
        due_at=now + timedelta(hours=6),
        asked_of=manager,
        actor=lotte,
    )
    grant_goodwill(
        ticket=urgent,
        draft=GoodwillDraft(Goodwill.Kind.CREDIT, Decimal("15.00"), "Third delivery for one order"),
        shop=Shop.objects.get(pk=1),
        actor=lotte,
    )
