"""Reasons, products, ratings, work and received: exact figures of a shop made by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.reading import Board
from dashboards.stats.lens import Lens
from dashboards.stats.products import exposure_steps, read_catalogue, read_products
from dashboards.stats.work import AGES
from dashboards.tests.shop import raise_flags
from quality.models import Inspection
from tests import make
from thresholds.rules.funnel import GroupTotals
from thresholds.rules.maturity import default_curve
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought, call
from tickets.models import Fault, Interaction, Promise

pytestmark = pytest.mark.django_db
WINDOW = 14


@pytest.fixture(autouse=True)
def _shop():
    make.shop(window_days=WINDOW)


def board(**params):
    return Board(params, make.shop(), timezone.now())


def lens(days=100):
    today = board().today
    start = today - timedelta(days=days)
    return Lens(start, today, today, WINDOW, maturity=default_curve(WINDOW))


def test_reasons_stand_under_their_fault_the_largest_first():
    cracked = make.reason(name="Cracked", owner=make.user(name="Ria"))
    late = make.reason(name="Late", fault=Fault.DELIVERY)
    wish = make.reason(name="Wish", fault=Fault.NONE)
    for reason, times in [(cracked, 6), (late, 3), (wish, 2), (None, 1)]:
        for _n in range(times):
            bought(contacts=1, days_ago=30, reason=reason)
    sweep()
    why = board().why
    assert [(row.fault, row.net) for row in why.faults] == [
        ("goods", 6), ("delivery", 3), ("none", 2), ("", 1),
    ]  # fmt: skip
    assert [row.together for row in why.faults] == pytest.approx([0.5, 0.75, 11 / 12, 1.0])
    assert why.faults[0].per_purchase == 0.5
    assert (why.net, why.purchases, why.uncoded) == (12, 12, 1)
    assert why.uncoded_share == pytest.approx(1 / 12)
    assert why.fault_share == pytest.approx(9 / 11)
    leaf = why.faults[0].reasons[0].leaf
    assert (leaf.name, leaf.owner) == ("Cracked", "Ria")
    assert why.faults[0].change is None


def test_a_change_is_against_the_mature_purchases_of_the_period_before():
    cracked = make.reason()
    for days_ago, with_contact in [(30, 12), (130, 4)]:
        for n in range(20):
            reason = cracked if n < with_contact else None
            bought(contacts=int(n < with_contact), days_ago=days_ago, reason=reason)
    sweep()
    start = board().today - timedelta(days=99)
    change = board(**{"from": start.isoformat()}).why.faults[0].change
    assert (change.before, change.after) == (pytest.approx(0.2), pytest.approx(0.6))
    assert change.difference == pytest.approx(0.4)
    assert change.low < 0.4 < change.high
    assert change.is_clear == (change.low > 0)


def test_products_are_weighed_by_age_and_their_contacts_capped_at_the_threshold():
    mug, cup = make.product(name="Mug"), make.product(name="Cup")
    for contacts in (0, 1, 9):
        bought(contacts=contacts, days_ago=30, products=(mug,))
    half_grown = bought(contacts=2, days_ago=5.5, products=(mug, cup))
    bought(contacts=[0.1], days_ago=0.2, products=(cup,))
    sweep()
    found = read_products(lens(), number=5, k=1.0)
    assert [row.product.name for row in found.rows] == ["Cup", "Mug"]
    assert [row.product for row in found.rows] == list(read_catalogue())
    young = lens().exposure(half_grown.clock_day)
    of_mug = found.rows[1]
    assert (of_mug.purchases, of_mug.interactions) == (4, 12)
    assert of_mug.totals == GroupTotals(
        mug.pk, pytest.approx(3 + young), pytest.approx(3 + young * young), 8, 12
    )
    assert (found.rows[0].purchases, found.rows[0].interactions) == (1, 2)
    assert not found.verdict.enough


def test_exposure_steps_cover_the_weighed_days_and_no_others():
    steps = exposure_steps(lens())
    assert steps[0] == (lens().mature_until, 10) or steps[0][0] > lens().mature_until
    assert [tenths for _day, tenths in steps] == sorted({t for _d, t in steps}, reverse=True)
    assert steps[-1][0] == lens().weighed_until
    past = Lens(lens().start, lens().today - timedelta(days=50), lens().today, WINDOW, maturity=())
    assert exposure_steps(past) == [(past.end, 10)]


def test_ratings_count_by_score_with_the_period_before_apart():
    now, before = bought(days_ago=20), bought(days_ago=400)
    for score in (5, 5, 4, 1):
        make.rating(purchase=now, score=score)
    make.rating(purchase=before, score=2)
    sweep()
    scores = board().scores
    assert dict(scores.by_score) == {1: 1, 2: 0, 3: 0, 4: 1, 5: 2}
    assert (scores.ratings, scores.mean, scores.mean_before) == (4, 3.75, 2.0)
    assert (scores.content, scores.content_share) == (3, 0.75)
    assert board(period="30").scores.mean_before is None


def test_flags_stand_in_their_age_group_and_actions_by_their_day():
    raise_flags(make.manager(name="Nadia"))
    flags = board().work.flags
    assert [group.flags for group in flags.groups] == [2, 1, 3, 2]
    assert [(group.least, group.most) for group in flags.groups] == [
        (0, AGES[0]), (3, AGES[1]), (8, AGES[2]), (15, None),
    ]  # fmt: skip
    assert (flags.unfinished, flags.unowned, flags.open, flags.acknowledged) == (8, 4, 4, 4)
    assert (flags.late, flags.due_soon) == (1, 2)
    assert [(each.late, each.owner) for each in flags.actions] == [
        (True, "Nadia"), (False, "Nadia"), (False, "Nadia"),
    ]  # fmt: skip


def test_the_second_person_is_told_apart_from_the_first_and_corrections_count_once():
    lot = make.lot_to_inspect()
    make.signed_inspection(lot=lot)
    make.signed_inspection(lot=lot, stage=Inspection.Stage.SECOND, mass="348")
    other = make.lot_to_inspect()
    make.signed_inspection(lot=other)
    make.signed_inspection(lot=other, stage=Inspection.Stage.SECOND)
    work = board().work
    assert (work.second.signed, work.second.passed, work.second.rate) == (2, 1, 0.5)
    assert (work.first.signed, work.first.rate) == (2, 1.0)
    assert work.disagreed == 1
    part = board(product=str(lot.product_id)).work
    assert (part.second.signed, part.second.passed, part.disagreed) == (1, 0, 1)


def test_promises_are_counted_by_how_they_ended_in_the_period():
    manager, now = make.manager(), timezone.now()
    sold = bought(days_ago=30)
    ticket, proof = make.ticket(purchase=sold), make.interaction(purchase=sold)
    for state, days in [("kept", 3), ("kept", 400), ("kept_late", 3), ("broken", 3), ("open", 1)]:
        due_at = now - timedelta(days=days)
        late = timedelta(hours=1 if state in {"kept_late", "broken"} else -1)
        Promise.objects.create(
            ticket=ticket,
            what="Ring back",
            due_at=due_at,
            owner=manager,
            state=state,
            ended_at=None if state == "open" else due_at + late,
            proof=proof if state.startswith("kept") else None,
        )
    promises = board().work.promises
    assert (promises.kept, promises.kept_late, promises.broken) == (1, 1, 1)
    assert (promises.overdue, promises.ended) == (1, 3)
    assert promises.kept_share == pytest.approx(1 / 3)


def test_what_came_in_is_counted_by_day_channel_and_direction():
    sold = bought(days_ago=30, mark=False)
    call(sold, 1, 2, reason=make.reason())
    call(sold, 3, channel="email")
    call(sold, 4, direction="outbound")
    make.interaction(occurred_at=timezone.now() - timedelta(days=2), channel="email")
    make.interaction(occurred_at=timezone.now() + timedelta(days=2))
    sweep()
    received = board().received
    assert received.by_channel == (("email", 2), ("phone", 2))
    assert (received.inbound, received.outbound) == (4, 1)
    assert (received.unattributed, received.unattributed_share) == (1, 0.25)
    assert (received.without_reason, received.uncoded_share) == (2, 0.5)
    assert (received.in_future, received.stale_days) == (1, 0)
    assert board(channel="email").received.unattributed_share == 0.5
    assert Interaction.objects.count() == 6


def test_nothing_received_has_no_shares():
    received = board().received
    assert (received.unattributed_share, received.uncoded_share) == (None, None)
    assert (board().scores.mean, board().scores.content_share) == (None, None)
    assert board().why.fault_share is None
    assert board().work.second.rate is None
    assert board().work.promises.kept_share is None
