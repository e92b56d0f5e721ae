"""What a row of the access table says.

``args`` builds what the
address names, for the person who asks; ``foreign`` builds the same of somebody else, where that
must be "not found"; ``get`` and ``post`` say which verbs it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Role, User
from tests.access_world import World

ADMIN, AGENT, INSPECTOR, MANAGER = Role.ADMIN, Role.AGENT, Role.INSPECTOR, Role.MANAGER
EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
MANAGERS = frozenset({MANAGER})
# Shown, done, or the form shown again: that somebody was let in. The post has nothing in it.
LET_IN = frozenset({200, 302, 422})


Builder = Callable[[World, User], tuple[Any, ...]]


def nothing(_world: World, _person: User) -> tuple[Any, ...]:
    """The address names nothing."""
    return ()


def of(name: str) -> Builder:
    """The key of a row of the world."""
    return lambda world, _person: (getattr(world, name).pk,)


def own(name: str, key: str = "pk") -> dict[str, Any]:
    """The address names a row of the person who asks; one of somebody else is foreign."""
    return {
        "args": lambda world, person: (getattr(getattr(world, name)(person), key),),
        "foreign": lambda world, _person: (getattr(getattr(world, name)(world.agent), key),),
    }


@dataclass(frozen=True)
class Page:
    """One row of the table."""

    roles: frozenset[Role]
    get: bool = True
    post: bool = False
    args: Builder = nothing
    foreign: Builder | None = None
    answers: frozenset[int] = LET_IN
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
    return only(*roles, get=False, post=True, **row)
