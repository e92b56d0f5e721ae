"""What the frame around every page needs: the rail by role, the shop, the bell, the theme."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from helpdesk.lib.periods import end_of_day
from notices.groups import hidden_kinds
from notices.texts import WORDINGS
from tickets.models.promises import Due

THEME_COOKIE = "td_theme"
THEMES = frozenset({"light", "dark"})

DESK = (Role.AGENT, Role.MANAGER)
# url name, label, icon, key after "g", the roles that see it, the start of its other addresses
ENTRIES: tuple[tuple[str, Any, str, str, tuple[Role, ...]], ...] = (
    ("call_create", _("Log"), "phone-call", "c", (Role.AGENT,)),
    ("ticket_list", _("Queue"), "inbox", "q", DESK),
    ("purchase_list", _("Purchases"), "shopping-bag", "p", DESK),
    ("customer_list", _("Customers"), "users", "k", DESK),
    ("flag_list", _("Flags"), "flag", "f", (Role.MANAGER,)),
    ("bench", _("Bench"), "scan-barcode", "e", (Role.INSPECTOR,)),
    ("lot_list", _("Lots"), "package-check", "l", (Role.INSPECTOR, Role.MANAGER)),
    ("board", _("Board"), "chart-column", "b", (Role.MANAGER,)),
    ("procedure_list", _("Procedures"), "book-open", "m", tuple(Role)),
)
# Addresses that belong to the room of another: the first part of each.
LODGERS = {
    "tickets": "queue",
    "interactions": "queue",
    "texts": "queue",
    "macros": "queue",
    "promises": "queue",
    "help": "queue",
    "goodwill": "queue",
    "threshold": "flags",
    "products": "lots",
    "plans": "lots",
    "nonconformances": "lots",
    "gauges": "lots",
}
SETTINGS_ENTRY = ("settings_home", _("Settings"), "settings", "s", (Role.ADMIN,))


@dataclass(frozen=True)
class RailEntry:
    """One way into the product; `key` follows "g" on the keyboard."""

    url: str
    label: str
    icon: str
    key: str
    active: bool


@dataclass(frozen=True)
class Frame:
    """Everything base.html draws outside the content block."""

    rail: tuple[RailEntry, ...]
    settings: RailEntry | None
    theme: str
    shortcuts: bool
    shop_name: str
    unread: int
    # The call form, for the button on every page; empty for those who log nothing.
    call: str
    # What this person promised for today or earlier; None for those who promise nothing.
    due: Due | None
    # Where imports and long work are; empty for those who may not import.
    jobs: str
    # One's texts and macros; empty for those who write none.
    texts: str
    # Who searches purchases at all, and who works at the desk.
    searches: bool
    desk: bool

    @property
    def signature(self) -> tuple[object, ...]:
        """All that the dialogs of the frame show: alike for people of the same roles."""
        entries = (*self.rail, *([self.settings] if self.settings else []))
        shown = tuple((one.url, one.label, one.icon, one.key) for one in entries)
        return (shown, self.settings is None, self.desk, self.due is None, self.jobs)


def theme_of(request: HttpRequest) -> str:
    """light, dark, or empty when the device decides; this browser's choice beats the person's."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(request.user, "theme", "")
    return chosen if chosen in THEMES else ""


def rail_entry(
    request: HttpRequest, entry: tuple[str, Any, str, str, tuple[Role, ...]]
) -> RailEntry | None:
    """The entry as this person sees it; None when no role of theirs opens it."""
    name, label, icon, key, roles = entry
    user: Any = request.user
    if not user.may(*roles):
        return None
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    return RailEntry(
        url=url, label=str(label), icon=icon, key=key, active=covers(url, request.path)
    )


def covers(url: str, path: str) -> bool:
    """Whether a page at `path` belongs to the room whose list is at `url`.

    A room is the first part of an address: /calls/new/ and /calls/7/ are both the call desk. Some
    rooms have lodgers: /tickets/7/ is reached from the queue.
    """
    first = path.strip("/").split("/")[0]
    return url.strip("/").split("/")[0] == LODGERS.get(first, first)


def build_frame(request: HttpRequest) -> Frame | None:
    """The frame for a signed-in person; None for a visitor, who gets the plain pages."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    carrier: Any = request
    unread, due = what_waits(user)
    return Frame(
        rail=tuple(found for entry in ENTRIES if (found := rail_entry(request, entry))),
        settings=rail_entry(request, SETTINGS_ENTRY),
        theme=theme_of(request),
        shortcuts=user.shortcuts,
        shop_name=carrier.shop.name,
        call=reverse("call_create") if user.may(*DESK, write=True) else "",
        unread=unread,
        due=due if user.may(*DESK) else None,
        jobs=reverse("job_list") if user.may(Role.MANAGER, Role.ADMIN) else "",
        texts=reverse("text_list") if user.may(*DESK, Role.ADMIN) else "",
        searches=user.may(*DESK, Role.INSPECTOR),
        desk=user.may(*DESK, write=True),
    )


# Every page asks this. Django would put the statement together anew each time, which takes longer
# than the database needs for it.
WAITING = """
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM notices_notice
    WHERE person_id = %s AND read_at IS NULL {wanted} LIMIT 1000) capped),
  (SELECT count(*) FROM (SELECT 1 FROM tickets_promise
    WHERE owner_id = %s AND state = 'open' AND due_at < %s LIMIT 1000) capped),
  EXISTS (SELECT 1 FROM tickets_promise WHERE owner_id = %s AND state = 'open' AND due_at <= %s)
"""


def what_waits(user: User) -> tuple[int, Due]:
    """The person's unread notices and what they promised until tonight, in one query."""
    hidden = hidden_kinds(user, WORDINGS)
    wanted = f"AND kind NOT IN ({', '.join(['%s'] * len(hidden))})" if hidden else ""
    tonight, now = map(connection.ops.adapt_datetimefield_value, (end_of_day(), timezone.now()))
    with connection.cursor() as cursor:
        cursor.execute(
            WAITING.format(wanted=wanted),
            [user.pk, *hidden, user.pk, tonight, user.pk, now],
        )
        unread, due, late = cursor.fetchone()
    return unread, Due(due, bool(late))


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: `frame`, built only when a template asks, so fragments pay nothing."""
    return {"frame": SimpleLazyObject(lambda: build_frame(request))}
