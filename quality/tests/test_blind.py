"""What the second person can reach is the same, byte by byte, whatever the first has found."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from quality.models import Inspection
from tests import make

pytestmark = pytest.mark.django_db
MOST = 150
LINK = re.compile(r"(?:href|hx-get|action|src|data-url)=\"([^\"#]+)")
# The token against forged forms is new on every page.
TOKEN = re.compile(r"(csrfmiddlewaretoken\" value|X-CSRFToken\":) ?=?\"[^\"]+")
# The two runs are a second apart.
MOMENT = re.compile(r"<time[^>]*>[^<]*</time>|data-seen=\"[^\"]*\"")
AWAY = ("/static/", "/sign-out", "/plans/", "/settings/", "/bench/inspections/")
STARTS = ("/bench/", "/lots/", "/", "/bench/open/?code={lot}", "/search/?q={lot}", "/lots/{pk}/")


def reachable(client: Client, lot) -> dict[str, tuple[int, str]]:
    """Every page, fragment and answer in reach, by address, from where an inspector begins."""
    waiting = [start.format(lot=lot.number, pk=lot.pk) for start in STARTS]
    waiting += [
        reverse(name, args=[pk])
        for pk in lot.inspections.values_list("pk", flat=True)
        for name in ("inspection_page", "inspection_screens", "inspection_sign")
    ]
    seen: dict[str, tuple[int, str]] = {}
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        with transaction.atomic():
            response = client.get(address)
            body = b"".join(response).decode("utf-8", "replace")
        seen[address] = (response.status_code, MOMENT.sub("", TOKEN.sub("", body)))
        found = [response["Location"]] if response.status_code == 302 else LINK.findall(body)
        for link in (urljoin(address, unescape(one)) for one in found):
            if not urlsplit(link).netloc and not link.startswith(AWAY):
                waiting.append(link)
    return seen


def seen_after(mass: str, lot, first, second, *, begun: bool) -> dict[str, tuple[int, str]]:
    """What the second sees when the first has signed, and after beginning, with all of it undone."""
    client = Client()
    client.force_login(second)
    seen: dict[str, tuple[int, str]] = {}
    with transaction.atomic():
        opened = Inspection.objects.get(lot=lot, inspector=first)
        make.record(opened, "Mass, dry", mass)
        make.record(opened, "Glaze", "pass")
        make.sign(opened)
        if begun:
            client.post("/bench/open/", {"lot": lot.pk})
            made = Inspection.objects.get(lot=lot, inspector=second)
            make.record(made, "Mass, dry", "341")
            seen["record"] = (made.round, made.stage)
        for address, (status, body) in reachable(client, lot).items():
            seen[unkeyed(address, second)] = (status, unkeyed(body, second))
        transaction.set_rollback(True)
    return seen


def unkeyed(text: str, person) -> str:
    """Without the keys of the person's own rows: PostgreSQL does not give one twice."""
    for own in Inspection.objects.filter(inspector=person):
        text = text.replace(f"/inspections/{own.pk}/", "/inspections/own/")
        text = text.replace(f'data-inspection="{own.pk}"', 'data-inspection="own"')
    return text


def assert_same(address: str, one: object, other: object) -> None:
    """Byte-equal, with the first difference named."""
    if one != other:
        lines = zip(str(one).split("\\n"), str(other).split("\\n"), strict=False)
        pytest.fail(f"{address}: {next((pair for pair in lines if pair[0] != pair[1]), '')}")


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("round_", [1, 2])
def test_every_page_of_the_second_is_the_same_for_pass_and_fail(begun, round_):
    lot = make.lot_to_inspect(seconds="every", quantity=100)
    make.purchase(lots=(lot,))
    first, second = make.inspector(name="Fay First"), make.inspector(name="Sam Second")
    if round_ == 2:
        make.signed_inspection(lot=lot, mass="348")
        make.signed_inspection(lot=lot, mass="348")
    make.inspection(lot=lot, inspector=first)
    passed = seen_after("340", lot, first, second, begun=begun)
    failed = seen_after("348", lot, first, second, begun=begun)
    assert f"/lots/{lot.pk}/" in passed
    assert len(passed) > 6
    same_keys = {re.sub(r"\d+", "#", one) for one in passed}
    assert same_keys == {re.sub(r"\d+", "#", one) for one in failed}
    for address in passed:
        assert_same(address, passed[address], failed.get(address))


@pytest.mark.parametrize("kind", [Role.AGENT, Role.ADMIN, Role.INSPECTOR])
def test_everybody_but_managers_reads_do_not_ship_and_nothing_of_what_was_found(client, kind):
    lot = make.lot_to_inspect(seconds="every")
    purchase = make.purchase(lots=(lot,))
    first = make.signed_inspection(lot=lot, inspector=make.inspector(name="Fay"), mass="348")
    client.force_login(make.user(kind, name="Kim"))
    pages = {
        Role.AGENT: reverse("lot_fragment", args=[purchase.pk]),
        Role.ADMIN: "/",
        Role.INSPECTOR: reverse("lot_page", args=[lot.pk]),
    }
    page = client.get(pages[kind], follow=True).content.decode()
    assert "348 g" not in page
    if kind != Role.ADMIN:
        assert "In inspection, do not ship" in page
    address = reverse("inspection_page", args=[first.pk])
    assert client.get(address).status_code == (404 if kind == Role.INSPECTOR else 403)
    client.force_login(make.manager())
    assert "348" in client.get(reverse("lot_page", args=[lot.pk])).content.decode()
    assert client.get(address).status_code == 200
    make.signed_inspection(lot=lot, mass="348")
    client.force_login(make.inspector())
    assert "348" in client.get(address).content.decode()


def test_the_bench_tells_the_asked_one_first_and_offers_nothing_to_the_others(client):
    lot = make.lot_to_inspect(seconds="every", number="L-PAIR")
    asked = make.inspector()
    first = make.signed_inspection(lot=lot)
    assert first.asked == asked
    other = make.inspector()
    told = {asked: "You are asked", other: "Second<"}
    for person, words in told.items():
        client.force_login(person)
        assert words in client.get("/bench/").content.decode()
    for person in (first.inspector, make.manager(inspector_access=2), lot.maker):
        person.inspector_access = 2
        person.save()
        client.force_login(person)
        assert 'id="owed"' not in client.get("/bench/").content.decode()
    client.force_login(other)
    client.post("/bench/open/", {"lot": lot.pk})
    assert lot.inspections.get(stage="second").inspector == other
    client.force_login(asked)
    assert 'id="owed"' not in client.get("/bench/").content.decode()
