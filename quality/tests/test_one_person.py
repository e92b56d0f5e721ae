"""No sequence of requests by one person makes a lot released that needed two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Access, User
from purchases.models import Lot
from quality.models import Disposition, Inspection, LotPart, Nonconformance
from quality.services import decide_lot
from quality.tests.rawsql import MOMENT, insert, refused
from tests import make

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Bench:
    """One signed-in person, and the lot they would like to see released."""

    client: Client
    person: User
    lot: Lot

    def post(self, path: str, **fields: Any) -> None:
        """A request as a browser sends it; whatever the answer, the product did not fail."""
        said = {name: value for name, value in fields.items() if value is not None}
        answer = self.client.post(path, said)
        assert answer.status_code < 500, (path, said)

    def mine(self) -> Inspection | None:
        """The inspection of the lot that is open in this person's name."""
        return self.lot.inspections.half_done().filter(inspector=self.person).first()


Deed = Callable[[Bench], None]


def open_as(stage: str) -> Deed:
    return lambda at: at.post("/bench/open/", lot=at.lot.pk, stage=stage)


def scan(at: Bench) -> None:
    at.post("/bench/open/", code=at.lot.number)


def record(mass: str) -> Deed:
    def act(at: Bench) -> None:
        if one := at.mine():
            at.post(f"/bench/inspections/{one.pk}/lines/1/", typed=mass)
            at.post(f"/bench/inspections/{one.pk}/lines/2/", typed="pass")

    return act


def sign(at: Bench) -> None:
    if one := at.mine():
        at.post(f"/bench/inspections/{one.pk}/sign/", version=one.version, note="I looked.")


def each(verb: str) -> Deed:
    """Correct or withdraw every inspection of the lot."""

    def act(at: Bench) -> None:
        for one in at.lot.inspections.all():
            at.post(f"/bench/inspections/{one.pk}/{verb}/")

    return act


def decide(decision: str, quantity: int | None = None) -> Deed:
    said = {"decision": decision, "reason": "It will do.", "quantity": quantity}
    return lambda at: at.post(f"/lots/{at.lot.pk}/decide/", **said)


def report(at: Bench) -> None:
    told = {"fault": "Crack", "what": "Cracked", "severity": "major", "quantity": 1}
    at.post(f"/lots/{at.lot.pk}/wrong/", **told)


def dispose(kind: str) -> Deed:
    """Decide on every nonconformance, and sign every decision as second."""

    def act(at: Bench) -> None:
        for one in Nonconformance.objects.filter(lot=at.lot):
            said = {"kind": kind, "quantity": one.quantity, "reason": "Mended."}
            at.post(f"/nonconformances/{one.pk}/decide/", **said)
        for one in Disposition.objects.filter(nonconformance__lot=at.lot):
            at.post(f"/dispositions/{one.pk}/second/")

    return act


def loosen(at: Bench) -> None:
    """A new revision of the plan, approved by whoever wrote it."""
    plan = at.lot.product.plans.active().get()
    at.post(f"/plans/{plan.pk}/revise/")
    if draft := at.lot.product.plans.filter(state="draft").first():
        at.post(f"/plans/{draft.pk}/activate/")


def shrink(at: Bench) -> None:
    """Say that only one was made."""
    lot = Lot.objects.get(pk=at.lot.pk)
    told = {"sku": lot.product.sku, "number": lot.number, "quantity": 1}
    at.post(f"/lots/{lot.pk}/edit/", maker=lot.maker_id, version=lot.version, **told)


DEEDS: list[Deed] = [
    scan,
    *(open_as(stage) for stage in ("first", "second", "third", "re_inspection")),
    record("340"),
    record("348"),
    sign,
    each("correct"),
    each("withdraw"),
    decide("hold"),
    decide("release"),
    decide("release", quantity=10),
    decide("reject", quantity=1),
    report,
    dispose("use_as_is"),
    dispose("rework"),
    loosen,
    shrink,
]
WHOLE: list[Deed] = [scan, record("340"), sign]
ROLES = ["inspector", "manager", "admin", "agent"]


@pytest.fixture
def room():
    """A lot of a hundred whose plan asks for a second person, and somebody."""
    return make.lot_to_inspect(seconds="every", quantity=100), make.inspector()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.sets(st.sampled_from(ROLES)).map(lambda some: some | {"inspector"}),
    deeds=st.lists(st.one_of(st.sampled_from(DEEDS), st.none()), max_size=14),
)
def test_nothing_one_person_does_releases_a_lot_that_needs_two(room, roles, deeds):
    """Any of the requests, in any order; None is a whole inspection that conforms."""
    lot, person = room
    with transaction.atomic():
        for role in ROLES:
            setattr(person, f"{role}_access", Access.FULL if role in roles else Access.NONE)
        person.save()
        client = Client()
        client.force_login(person)
        for deed in deeds:
            for act in WHOLE if deed is None else [deed]:
                act(Bench(client, person, lot))
            now = Lot.objects.get(pk=lot.pk)
            assert now.state != Lot.State.RELEASED
            assert now.quantity_released == 0
        transaction.set_rollback(True)


def test_the_same_requests_by_two_do_release_it(room):
    """So the property above does not hold for want of a way."""
    lot, one = room
    for person in (one, make.inspector()):
        client = Client()
        client.force_login(person)
        for act in WHOLE:
            act(Bench(client, person, lot))
    assert Lot.objects.get(pk=lot.pk).state == "released"


def test_a_concession_is_about_what_somebody_else_found():
    lot = make.lot_to_inspect()
    decide_lot(lot=lot, decision="hold", reason="Wait", actor=make.manager())
    with pytest.raises(ValidationError, match="Nobody has inspected lot"):
        decide_lot(lot=lot, decision="release", reason="Fine", actor=make.manager())
    row = {"lot_id": lot.pk, "outcome": "released", "serials": "", "concession": True}
    row |= {"reason": "Fine", "decided_by_id": make.manager().pk, "decided_at": MOMENT}
    refused("lotpart_conceded_after_inspection", insert, "quality_lotpart", **row)
    assert not LotPart.objects.exists()


def test_without_a_plan_a_hold_is_lifted_by_a_decision():
    lot = make.lot()
    decide_lot(lot=lot, decision="hold", reason="Wait", actor=make.manager())
    decide_lot(lot=lot, decision="release", reason="Fine", actor=make.manager())
    assert Lot.objects.get(pk=lot.pk).state == "released"
