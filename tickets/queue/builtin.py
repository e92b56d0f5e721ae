"""The views that everybody has, and the ways to sort them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from helpdesk.lib.paging import Ordering
from helpdesk.lib.periods import end_of_day
from tickets.models import Ticket


@dataclass(frozen=True)
class Asker:
    """Who looks and when: all that a view depends on. ``team`` None: of no team."""

    person: int
    team: int | None
    tonight: datetime
    now: datetime

    @classmethod
    def of(cls, person: User) -> "Asker":
        """This person now; the day ends in the zone in force."""
        return cls(person.pk, person.team_id, end_of_day(), timezone.now())


Condition = Callable[[Asker], Q]

# Descending is the longest list of marks, the most urgent; of moments the oldest comes first.
ORDERINGS = {
    "waiting": Ordering(_("Waiting since"), ("waiting_since",), nullable=True),
    "age": Ordering(_("Age"), ("opened_at",)),
    "promise": Ordering(_("Next promise"), ("next_promise_at",), nullable=True),
    "deadline": Ordering(_("Deadline"), ("open_deadline",), nullable=True),
    "tally": Ordering(_("Tally"), ("tally",), nullable=True, highest_first=True),
    "priority": Ordering(_("Priority"), ("priority", "opened_at"), highest_first=True),
}


@dataclass(frozen=True)
class View:
    """Which unfinished tickets, and what they are sorted by until somebody chooses."""

    key: str
    label: str | Promise
    icon: str
    condition: Condition
    sort: str = "waiting"


def unassigned(asker: Asker) -> Q:
    """Nobody's, and of the person's team or of none; without a team, all of nobody's."""
    nobodys = Q(owner__isnull=True)
    if asker.team is None:
        return nobodys
    return nobodys & (Q(team=asker.team) | Q(team__isnull=True))


def due(asker: Asker) -> Q:
    """With a promise that falls due before today ends, or has already."""
    return Q(next_promise_at__lt=asker.tonight)


def reached(asker: Asker) -> Q:
    """Waiting until a moment that has come."""
    return Q(state=Ticket.State.WAITING_UNTIL, waiting_until__lte=asker.now)


VIEWS = {
    view.key: view
    for view in (
        View("mine", _("Mine"), "user", lambda asker: Q(owner=asker.person)),
        View("unassigned", _("My team's unassigned"), "users", unassigned),
        View("promises", _("Promises due"), "calendar-clock", due, sort="promise"),
        View("reached", _("Waiting until reached"), "hourglass", reached, sort="age"),
        View("flagged", _("Flagged purchases"), "flag", lambda _asker: Q(flagged=True)),
        View("all", _("All unfinished"), "inbox", lambda _asker: Q()),
    )
}
