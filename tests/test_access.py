"""Access as a table: every address with every role, read-only or not, and with a foreign row."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Access, Role, User
from helpdesk.context import ENTRIES, SETTINGS_ENTRY
from tests import make
from tests.access_page import EVERYONE, PUBLIC, Page
from tests.access_table import TABLE
from tests.access_world import World

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE")
# Signing in renews the session, and rate limits are kept in the cache's table.
NOT_OURS = ("django_session", "tallydesk_cache")


def patterns(resolver: URLResolver, inside: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its pattern; Django's admin is tested in accounts/tests."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield inside + str(entry.pattern), entry
        elif not entry.namespace:
            yield from patterns(entry, inside + str(entry.pattern))


PATTERNS = dict(patterns(get_resolver()))
NAMES = sorted({pattern.name or "" for pattern in PATTERNS.values()})
KNOWN = [name for name in NAMES if name in TABLE]


@dataclass(frozen=True)
class Kind:
    """A sort of person: one role, read-only or not; None is nobody's role."""

    role: Role | None
    access: Access

    def __str__(self) -> str:
        return f"{self.role or 'no role'} {self.access.label}"

    def person(self) -> User:
        read_only = self.access == Access.READ
        return make.user(*([self.role] if self.role else []), read_only=read_only)

    def may(self, page: Page, *, write: bool) -> bool:
        """By the table: who is let in to look, or to change something."""
        if page.roles == EVERYONE:
            return True
        return self.role in page.roles and not (write and self.access == Access.READ)


KINDS = [Kind(role, access) for role in Role for access in (Access.FULL, Access.READ)]
KINDS.append(Kind(None, Access.NONE))


def test_every_address_has_a_row_in_the_table():
    missing = [name for name in NAMES if name not in TABLE]
    assert not missing, (
        f"Add a row to tests/access_table.py for: {', '.join(missing)}. "
        "DESIGN section 1 says whose is what."
    )


def test_every_row_of_the_table_has_an_address():
    gone = [name for name in TABLE if name not in NAMES]
    assert not gone, f"No page has these names any more: {', '.join(gone)}"


@pytest.mark.parametrize("address", sorted(PATTERNS))
def test_every_view_names_its_roles(address):
    pattern = PATTERNS[address]
    roles = getattr(pattern.callback, "roles", None)
    assert roles is not None, f"/{address}: decorate it with @roles(...), @everyone or @public"
    assert pattern.name, f"/{address} needs a name"
    if pattern.name in TABLE:
        assert frozenset(roles) == TABLE[pattern.name].roles, "the table says otherwise"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_open_without_signing_in_only_where_the_table_says_so(name):
    for pattern in PATTERNS.values():
        if pattern.name == name and name in TABLE:
            needed = getattr(pattern.callback, "login_required", True)
            assert needed == (TABLE[name].roles != PUBLIC)


def address_of(name: str, page: Page, world: World, person: User) -> str:
    """Where the page is, for this person."""
    try:
        return reverse(name, args=page.args(world, person))
    except NoReverseMatch as error:
        pytest.fail(f"tests/access_table.py: the args of {name} do not fit: {error}")


def answer(client: Client, verb: str, address: str) -> int:
    """The status, with everything it wrote undone."""
    with transaction.atomic():
        response = getattr(client, verb)(address)
        assert b"".join(response) is not None  # read to its end, or its file stays open
        transaction.set_rollback(True)
    return int(response.status_code)


REFUSED, NOT_FOUND, NO_VERB = frozenset({403}), frozenset({404}), frozenset({405})
AWAY = frozenset({302})


def verbs(page: Page) -> list[tuple[str, frozenset[int]]]:
    """Each verb and what somebody who is let in is answered."""
    return [
        ("get", page.answers if page.get else NO_VERB),
        ("post", page.answers if page.post else NO_VERB),
    ]


def compare(found: dict[str, int], expected: dict[str, frozenset[int]]) -> None:
    """Name every difference at once."""
    wrong = [
        f"{who}: {status} instead of {sorted(expected[who])}"
        for who, status in found.items()
        if status not in expected[who]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("name", KNOWN)
def test_who_may_look_and_who_may_change(client, name):
    page, world = TABLE[name], World()
    assert world.admin
    found: dict[str, int] = {}
    expected: dict[str, frozenset[int]] = {}
    for kind in KINDS:
        person = kind.person()
        client.force_login(person)
        address = address_of(name, page, world, person)
        for verb, status in verbs(page):
            allowed = page.roles == PUBLIC or kind.may(page, write=verb == "post")
            who = f"{kind}, {verb} {address}"
            found[who] = answer(client, verb, address)
            expected[who] = status if allowed else REFUSED
            if page.roles == PUBLIC:  # whoever is in already may be sent on from these
                expected[who] = status | AWAY
    compare(found, expected)


@pytest.mark.django_db
@pytest.mark.parametrize("name", KNOWN)
def test_a_visitor_is_asked_to_sign_in(client, name):
    page, world = TABLE[name], World()
    address = address_of(name, page, world, world.admin)
    found = {verb: answer(client, verb, address) for verb in ("get", "post")}
    if page.roles == PUBLIC:
        compare(found, dict(verbs(page)))
        return
    compare(found, {"get": AWAY, "post": AWAY})
    assert client.get(address)["Location"].startswith("/sign-in/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in KNOWN if TABLE[name].foreign])
def test_what_belongs_to_somebody_else_is_not_found(client, name):
    page, world = TABLE[name], World()
    found: dict[str, int] = {}
    expected: dict[str, frozenset[int]] = {}
    for kind in KINDS:
        person = kind.person()
        client.force_login(person)
        address = reverse(name, args=page.foreign(world, person))
        for verb, status in verbs(page):
            if status == NO_VERB or not kind.may(page, write=verb == "post"):
                continue
            who = f"{kind}, {verb} {address}"
            found[who] = answer(client, verb, address)
            own_only = verb == "post" and kind.access == Access.READ
            sees = kind.role in page.see_all and not own_only
            expected[who] = status if sees else NOT_FOUND
    compare(found, expected)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in KNOWN if TABLE[name].get])
def test_looking_writes_nothing(client, name):
    page, world = TABLE[name], World()
    person = make.user(*Role)
    address = address_of(name, page, world, person)
    if page.roles != PUBLIC:
        client.force_login(person)
    with CaptureQueriesContext(connection) as captured:
        assert b"".join(client.get(address)) is not None
    written = [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].lstrip().upper().startswith(WRITES)
        and not any(table in query["sql"] for table in NOT_OURS)
    ]
    assert not written, "\n".join(written)


@pytest.mark.parametrize("entry", [*ENTRIES, SETTINGS_ENTRY], ids=lambda entry: entry[0])
def test_the_rail_offers_a_room_to_those_only_who_may_enter(entry):
    name, *_shown, roles = entry
    if name in TABLE:
        assert frozenset(roles) <= TABLE[name].roles


@pytest.mark.django_db
def test_a_row_that_is_not_there_is_not_found(client):
    client.force_login(make.user(*Role))
    assert client.get("/settings/people/999999/").status_code == 404
    assert client.post("/settings/teams/999999/retire/").status_code == 404
