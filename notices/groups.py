"""The few choices that kinds of notices fall under, and how each person is told of them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User


class Group(models.TextChoices):
    """What a person chooses by."""

    TICKETS = "tickets", _("My tickets")
    DEADLINES = "deadlines", _("Deadlines")
    PROMISES = "promises", _("Promises")
    MENTIONS = "mentions", _("Mentions and notes")
    HELP = "help", _("Help and approvals")
    FLAGS = "flags", _("Flags")
    BENCH = "bench", _("The bench")
    JOBS = "jobs", _("Jobs and invitations")


class Way(models.TextChoices):
    """How a person is told."""

    PAGE = "page", _("In the page")
    MAIL = "mail", _("By e-mail")
    BOTH = "both", _("Both")
    NONE = "none", _("Neither")


IN_PAGE, BY_MAIL = frozenset({Way.PAGE, Way.BOTH}), frozenset({Way.MAIL, Way.BOTH})

EXPLAINED: Mapping[Group, Any] = {
    Group.TICKETS: _("What others do on tickets you own or follow."),
    Group.DEADLINES: _("A first answer or a resolution that is late."),
    Group.PROMISES: _("Promises that are near, due, broken, or to be tried again."),
    Group.MENTIONS: _("Somebody names you in a note."),
    Group.HELP: _("Somebody asks you for help or for goodwill, or answers you."),
    Group.FLAGS: _("Purchases that cost more contacts than they should."),
    Group.BENCH: _("Corrective actions that are due or to be checked, and what a chart shows."),
    Group.JOBS: _(
        "Imports and other long work that ended, invitations that were taken, procedures to read or to look at again."
    ),
}
# Until a person chooses: what cannot wait for the next look at the page is mailed as well.
STANDARD: Mapping[Group, Way] = {
    Group.TICKETS: Way.PAGE,
    Group.DEADLINES: Way.PAGE,
    Group.PROMISES: Way.BOTH,
    Group.MENTIONS: Way.BOTH,
    Group.HELP: Way.BOTH,
    Group.FLAGS: Way.PAGE,
    Group.BENCH: Way.BOTH,
    Group.JOBS: Way.PAGE,
}
DESK = (Role.AGENT, Role.MANAGER)
# Who may see what these notices point at; one's own jobs and invitations anybody.
READERS: Mapping[Group, tuple[Role, ...]] = {
    Group.TICKETS: DESK,
    Group.DEADLINES: DESK,
    Group.PROMISES: DESK,
    Group.MENTIONS: DESK,
    # Admins approve goodwill as well.
    Group.HELP: (*DESK, Role.ADMIN),
    Group.FLAGS: (Role.MANAGER,),
    Group.BENCH: (Role.INSPECTOR, Role.MANAGER),
    Group.JOBS: tuple(Role),
}
# By the first word of a kind of notice ("promise_due").
BY_WORD: Mapping[str, Group] = {
    "ticket": Group.TICKETS,
    "tickets": Group.TICKETS,
    "deadline": Group.DEADLINES,
    "promise": Group.PROMISES,
    "promises": Group.PROMISES,
    "mentioned": Group.MENTIONS,
    "note": Group.MENTIONS,
    "help": Group.HELP,
    "escalation": Group.HELP,
    "goodwill": Group.HELP,
    "deviation": Group.HELP,
    "flag": Group.FLAGS,
    "flags": Group.FLAGS,
    "newly": Group.FLAGS,
    "action": Group.BENCH,
    "inspection": Group.BENCH,
    "job": Group.JOBS,
    "procedure": Group.JOBS,
    "invitation": Group.JOBS,
}


def group_of(kind: str) -> Group:
    """The choice a kind falls under; one of a later version is about tickets."""
    return BY_WORD.get(kind.partition("_")[0], Group.TICKETS)


def way_of(person: User, group: Group) -> Way:
    """How this person is told of these matters."""
    chosen = person.notice_ways.get(group.value)
    return Way(chosen) if chosen in Way.values else STANDARD[group]


def groups_for(person: User) -> list[Group]:
    """The choices that concern this person."""
    return [group for group in Group if person.may(*READERS[group])]


def hidden_kinds(person: User, kinds: Iterable[str]) -> list[str]:
    """Those of the kinds that this person does not want in the page."""
    hidden = {group for group in Group if way_of(person, group) not in IN_PAGE}
    return [kind for kind in kinds if group_of(kind) in hidden]


def is_mailed(person: User, kind: str) -> bool:
    """Whether this kind goes out to this person by e-mail; never what they may not see."""
    group = group_of(kind)
    return person.may(*READERS[group]) and way_of(person, group) in BY_MAIL
