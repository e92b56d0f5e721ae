"""Who may open what, as a table: one row for every URL name, by DESIGN section 1.

A new page needs a row here; ``test_access`` says so when it is missing. ``args`` builds what the
address names, for the person who asks; ``foreign`` builds the same of somebody else, where that
must be "not found"; ``get`` and ``post`` are what an allowed person is answered (405: no such
verb), the post with nothing in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from accounts.models import Access, Role, User
from accounts.services import invite_person
from files.models import StoredFile
from files.services import store_file
from jobs.models import Job
from notices.models import Notice
from tests import make
from tickets.models import Reason

ADMIN, AGENT, INSPECTOR, MANAGER = Role.ADMIN, Role.AGENT, Role.INSPECTOR, Role.MANAGER
EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
NO_VERB = 405


class World:
    """The rows that addresses name, each made when first asked for."""

    @cached_property
    def admin(self) -> User:
        return make.admin(name="Root")

    @cached_property
    def agent(self) -> User:
        return make.agent(name="Somebody Else")

    @cached_property
    def invitation(self) -> Any:
        return invite_person(
            name="Invited",
            email="invited@example.com",
            access={Role.AGENT: Access.FULL},
            team=None,
            actor=self.admin,
        )

    @cached_property
    def team(self) -> Any:
        return make.team()

    @cached_property
    def reason(self) -> Reason:
        return make.reason()

    def notice(self, person: User) -> Notice:
        return Notice.objects.get_or_create(person=person, kind="job_failed", key="k")[0]

    def job(self, person: User) -> Job:
        return Job.objects.create(kind="import_purchases", task="x", started_by=person)

    def file(self, person: User) -> StoredFile:
        """Not for an import: those only who may import may fetch."""
        return store_file(
            stream=BytesIO(b"Told on the phone."),
            name="note.txt",
            purpose=StoredFile.Purpose.ATTACHMENT,
            actor=person,
        )


Builder = Callable[[World, User], tuple[Any, ...]]


def nothing(_world: World, _person: User) -> tuple[Any, ...]:
    """The address names nothing."""
    return ()


def of(name: str) -> Builder:
    """The key of a row of the world."""
    return lambda world, _person: (getattr(world, name).pk,)


@dataclass(frozen=True)
class Page:
    """One row of the table."""

    roles: frozenset[Role]
    get: int = 200
    post: int = NO_VERB
    args: Builder = nothing
    foreign: Builder | None = None
    # These roles see the rows of everybody, so that nothing is foreign to them.
    see_all: frozenset[Role] = frozenset()


def only(*roles: Role, **row: Any) -> Page:
    """A page for these roles."""
    return Page(frozenset(roles), **row)


def everyone(**row: Any) -> Page:
    """A page for everybody who is signed in."""
    return Page(EVERYONE, **row)


def public(**row: Any) -> Page:
    """A page without signing in."""
    return Page(PUBLIC, **row)


def post_only(*roles: Role, **row: Any) -> Page:
    """Something that is done, not looked at."""
    return only(*roles, get=NO_VERB, post=302, **row)


TABLE: dict[str, Page] = {
    "health": public(),
    # Before one is in
    "account_login": public(post=200),
    "account_inactive": public(get=403, post=403),
    "account_signup": public(get=403, post=403),
    "account_reset_password": public(post=200),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(post=200, args=lambda _w, _p: ("1", "abc-def")),
    "account_reset_password_from_key_done": public(),
    "first_admin": public(get=302, post=302),
    "invitation_accept": public(post=200, args=lambda world, _person: (world.invitation.token,)),
    # One's own
    "home": everyone(get=302),
    "profile": everyone(post=200),
    "account_logout": everyone(post=302),
    "account_change_password": everyone(post=200),
    "admin_door": everyone(get=302, post=302, args=lambda _w, _p: ("logout",)),
    # The settings of accounts
    "settings_home": only(ADMIN),
    "shop_edit": only(ADMIN, post=200),
    "person_list": only(ADMIN),
    "person_invite": only(ADMIN, post=200),
    "person_edit": only(ADMIN, post=200, args=of("agent")),
    "person_deactivate": post_only(ADMIN, args=of("agent")),
    "person_invite_again": post_only(ADMIN, args=of("agent")),
    "invitation_withdraw": post_only(ADMIN, args=of("invitation")),
    "team_list": only(ADMIN, post=200),
    "team_edit": only(ADMIN, post=200, args=of("team")),
    "team_retire": post_only(ADMIN, args=of("team")),
    "team_restore": post_only(ADMIN, args=of("team")),
    # Notices are only their owner's
    "notice_list": everyone(),
    "notice_badge": everyone(),
    "notices_read_all": everyone(get=NO_VERB, post=302),
    "notice_open": everyone(
        get=NO_VERB,
        post=302,
        args=lambda world, person: (world.notice(person).pk,),
        foreign=lambda world, _person: (world.notice(world.agent).pk,),
    ),
    # Jobs and files are their owner's; managers and admins see all of them
    "job_list": everyone(),
    **{
        name: everyone(
            get=get,
            post=post,
            args=lambda world, person: (world.job(person).pk,),
            foreign=lambda world, _person: (world.job(world.agent).pk,),
            see_all=frozenset({MANAGER, ADMIN}),
        )
        for name, get, post in (
            ("job_page", 200, NO_VERB),
            ("job_progress", 200, NO_VERB),
            ("job_cancel", NO_VERB, 302),
        )
    },
    "file_download": everyone(
        args=lambda world, person: (world.file(person).pk,),
        foreign=lambda world, _person: (world.file(world.agent).pk,),
        see_all=frozenset({MANAGER, ADMIN}),
    ),
    # The reason tree
    "reason_list": only(ADMIN),
    "reason_new": only(ADMIN, post=200),
    "reason_group_new": only(ADMIN, post=200),
    "reason_edit": only(ADMIN, post=200, args=of("reason")),
    "reason_move": post_only(ADMIN, args=of("reason")),
    "reason_retire": post_only(ADMIN, args=of("reason")),
    "reason_restore": post_only(ADMIN, args=of("reason")),
    "reason_delete": post_only(ADMIN, args=of("reason")),
}
