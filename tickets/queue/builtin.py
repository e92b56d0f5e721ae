"""The views that everybody has, and the ways to sort them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from helpdesk.lib.paging import Ordering
from tickets.models import Ticket

Condition = Callable[[User], Q]

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

    def tickets(self, person: User) -> QuerySet[Ticket]:
        """The unfinished ones of this view, for this person."""
        return Ticket.objects.unfinished().filter(self.condition(person))


def unassigned(person: User) -> Q:
    """Nobody's, and of the person's team or of none; without a team, all of nobody's."""
    nobodys = Q(owner__isnull=True)
    if person.team_id is None:
        return nobodys
    return nobodys & (Q(team=person.team_id) | Q(team__isnull=True))


def due(_person: User) -> Q:
    """With a promise that falls due before today ends, or has already."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(next_promise_at__lt=midnight + timedelta(days=1))


def reached(_person: User) -> Q:
    """Waiting until a moment that has come."""
    return Q(state=Ticket.State.WAITING_UNTIL, waiting_until__lte=timezone.now())


VIEWS = {
    view.key: view
    for view in (
        View("mine", _("Mine"), "user", lambda person: Q(owner=person)),
        View("unassigned", _("My team's unassigned"), "users", unassigned),
        View("promises", _("Promises due"), "calendar-clock", due, sort="promise"),
        View("reached", _("Waiting until reached"), "hourglass", reached, sort="age"),
        View("flagged", _("Flagged purchases"), "flag", lambda _person: Q(flagged=True)),
        View("all", _("All unfinished"), "inbox", lambda _person: Q()),
    )
}
