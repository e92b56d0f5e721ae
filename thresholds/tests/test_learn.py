"""Learning the number from the live rows, publishing it, pinning another, changing settings."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import HistoryEntry, Shop
from purchases.models import Purchase
from tests import make
from thresholds.models import Flag, Threshold
from thresholds.rules.maturity import curve_from_purchases, exposure_rows
from thresholds.rules.threshold import fit_threshold
from thresholds.services.evaluation import sweep
from thresholds.services.facts import read_facts
from thresholds.services.learning import is_due, learn, learn_when_due
from thresholds.services.number import settings_in_use, the_threshold
from thresholds.services.pinning import change_settings, pin_number, unpin_number
from thresholds.tests.history import bought
from tickets.models import Interaction

pytestmark = pytest.mark.django_db

# Net interactions → mature purchases, and some younger ones.
MATURE = {0: 40, 1: 12, 2: 5, 3: 2, 4: 1}


def a_shop_with_history(counts: dict[int, int] | None = None) -> None:
    """A mature history, evaluated."""
    make.shop()
    customer = make.customer()
    for net, number in (counts or MATURE).items():
        for n in range(number):
            bought(contacts=net, days_ago=100 + n % 50, customer=customer)
    sweep()


def settings_now(**changes: object) -> dict[str, object]:
    threshold = the_threshold()
    names = ("version", "alpha", "floor", "trim", "starting_number", "history_days")
    return {name: getattr(threshold, name) for name in names} | changes


def test_without_enough_history_the_starting_number_is_published_with_its_label() -> None:
    make.shop()
    bought(contacts=1, days_ago=100)
    sweep()

    revision = learn()

    assert (revision.kind, revision.number, revision.mu) == ("starting", 5, None)
    shop = Shop.objects.get()
    assert (shop.threshold, shop.threshold_kind) == (5, "starting")
    assert (shop.normal_mean, shop.normal_nine_in_ten, shop.threshold_odds) == (None, None, None)
    entry = HistoryEntry.objects.get(verb="published")
    assert (entry.actor, entry.note, entry.changes) == (None, "first", {"number": ["5", "5"]})


def test_the_number_learned_from_the_rows_is_the_one_the_pure_fit_gives() -> None:
    a_shop_with_history()

    revision = learn()

    fit = fit_threshold([(net, 1.0, number) for net, number in MATURE.items()])
    assert (revision.kind, revision.number) == ("early", fit.number)
    assert (revision.mu, revision.k) == (fit.mu, fit.k)
    assert (revision.purchases, revision.exposure) == (60, 60.0)
    assert (revision.number_low, revision.number_high) == (fit.number_low, fit.number_high)
    assert (revision.history_days, revision.history_setting) == (730, 365)
    assert len(revision.maturity) == 90
    shop = Shop.objects.get()
    assert (shop.threshold, shop.threshold_kind) == (fit.number, "early")
    assert (shop.normal_mean, shop.normal_nine_in_ten) == (fit.mu, fit.nine_in_ten)
    assert shop.threshold_odds == 100


def test_ages_and_contacts_read_by_the_database_are_those_of_the_pure_curve() -> None:
    make.shop()
    customer = make.customer()
    ages = [[], [-1.5, 0.2], [1, 3, 30, 50, 60, 70], [89.99], [5], [12, 44], [0, 1, 2]]
    days = [100, 100, 100, 95, 7.5, 45, 0.5]
    for _ in range(3):
        for contacts, days_ago in zip(ages, days, strict=True):
            happened = [age for age in contacts if age <= days_ago]
            bought(contacts=happened, days_ago=days_ago, customer=customer)
    sweep()
    now = timezone.now()

    facts = read_facts(now=now, history_days=365, window_days=90)

    expected = curve_from_purchases(
        [
            (
                (now - each.clock_at).days,
                [
                    max(0, (row.occurred_at - each.clock_at).days)
                    for row in Interaction.objects.filter(purchase=each, standing="net")
                ],
            )
            for each in Purchase.objects.all()
        ],
        90,
    )
    assert facts.curve == expected
    assert facts.purchases == 21
    assert set(exposure_rows(facts.curve, facts.counted)) == set(
        exposure_rows(
            expected,
            [
                (min((now - each.clock_at).days, 90), each.net_interactions, 1)
                for each in Purchase.objects.all()
            ],
        )
    )


def test_what_was_cancelled_is_in_the_future_or_older_than_the_history_is_not_learned_from() -> (
    None
):
    make.shop()
    bought(contacts=1, days_ago=400)
    bought(contacts=1, status="cancelled", dispatched=False)
    bought(contacts=1, days_ago=364.9)
    make.purchase(ordered_at=timezone.now() + timedelta(days=5))
    sweep()

    facts = read_facts(now=timezone.now(), history_days=365, window_days=90)

    assert facts.counted == ((90, 1, 1),)
    assert sum(facts.curve.values[:1]) == pytest.approx(0, abs=0.01)


def test_later_and_unattributed_contacts_are_warned_about() -> None:
    a_shop_with_history({0: 40, 3: 1})
    purchase = Purchase.objects.order_by("-pk")[0]
    for age in range(91, 94):
        make.interaction(purchase=purchase, occurred_at=purchase.clock_at + timedelta(days=age))
    make.mark(purchase, 1)
    for _ in range(2):
        make.interaction(caller="0470", occurred_at=timezone.now() - timedelta(days=3))
    make.interaction(caller="0470", occurred_at=timezone.now() - timedelta(days=999))
    make.interaction(caller="0470", direction="outbound")
    sweep()

    told = {each["code"]: (each["part"], each["whole"]) for each in learn().warnings}

    assert told["unattributed"] == (2, 8)
    assert told["window_short"] == (3, 8)
    assert told["many_over"] == (1, 41)


def test_it_is_due_daily_hourly_while_young_and_when_settings_change() -> None:
    a_shop_with_history({0: 205, 1: 5})
    now = timezone.now()
    assert is_due(now=now)
    assert learn(now=now).kind == "learned"
    assert not is_due(now=now + timedelta(hours=23))
    assert is_due(now=now + timedelta(hours=24))
    assert learn_when_due(now=now + timedelta(hours=1)) is None

    make.shop(merge_hours=6)
    assert is_due(now=now)


def test_while_only_an_early_estimate_is_known_it_is_due_at_every_asking() -> None:
    a_shop_with_history()
    assert learn().kind == "early"

    assert is_due(now=timezone.now())


def test_it_is_not_due_while_purchases_still_carry_earlier_settings() -> None:
    make.shop(counting_changed_at=timezone.now())

    assert not is_due(now=timezone.now())


def test_no_shop_means_nothing_to_learn() -> None:
    assert learn_when_due() is None


def test_a_change_of_one_is_published_only_when_seen_again_a_week_later() -> None:
    a_shop_with_history({0: 205, 1: 5})
    now = timezone.now()
    higher = learn(now=now)
    higher.pk, higher.number = None, 4
    higher.save()
    Threshold.objects.update(in_force=higher)

    for days, published in ((1, False), (7, False), (8, True)):
        again = learn(now=now + timedelta(days=days))
        again.refresh_from_db()
        assert (again.number, again.published_at is not None) == (3, published)
    assert Shop.objects.get().threshold == 3
    assert Threshold.objects.get().in_force == again


def test_a_lowered_number_flags_at_the_next_sweep_and_keeps_its_revision() -> None:
    a_shop_with_history()
    assert learn().number > 4
    assert Flag.objects.count() == 0

    change_settings(actor=make.admin(), **settings_now(alpha=0.1))
    sweep()

    threshold = Threshold.objects.get()
    assert Shop.objects.get().threshold == 3
    assert {flag.revision_id for flag in Flag.objects.all()} == {threshold.in_force_id}
    assert Flag.objects.filter(newly_over_the_line=True).count() == 3


def test_a_pin_holds_with_both_numbers_kept_and_a_run_does_not_move_it() -> None:
    a_shop_with_history()
    learned = learn().number
    boss = make.manager()

    pin_number(number=9, reason=" Sale week ", actor=boss, version=the_threshold().version)
    learn(now=timezone.now() + timedelta(days=2))

    threshold = Threshold.objects.get()
    assert (threshold.pinned_number, threshold.pinned_reason) == (9, "Sale week")
    assert threshold.in_force is not None
    assert threshold.in_force.number == learned
    shop = Shop.objects.get()
    assert (shop.threshold, shop.threshold_kind) == (9, "pinned")
    assert HistoryEntry.objects.get(verb="pinned").changes == {"number": [str(learned), "9"]}

    unpin_number(actor=boss, version=the_threshold().version)
    shop.refresh_from_db()
    assert (shop.threshold, shop.threshold_kind) == (learned, "early")


@pytest.mark.parametrize(("number", "reason"), [(5, "  "), (0, "x"), (1001, "x")])
def test_a_pin_needs_a_reason_and_a_number_that_makes_sense(number: int, reason: str) -> None:
    make.shop()

    with pytest.raises(ValidationError):
        pin_number(number=number, reason=reason, actor=make.manager(), version=1)

    assert the_threshold().pinned_number is None
    assert Shop.objects.get().threshold == 5


def test_a_pin_from_an_old_page_is_refused() -> None:
    make.shop()
    boss = make.manager()
    pin_number(number=4, reason="Mine", actor=boss, version=1)

    with pytest.raises(ValidationError, match="changed while you were looking"):
        pin_number(number=8, reason="Other", actor=boss, version=1)
    with pytest.raises(ValidationError, match="changed while you were looking"):
        unpin_number(actor=boss, version=1)

    assert the_threshold().pinned_number == 4


def test_releasing_what_is_not_pinned_is_refused() -> None:
    make.shop()

    with pytest.raises(ValidationError, match="not pinned"):
        unpin_number(actor=make.manager(), version=1)


def test_changed_settings_publish_the_next_run_at_once_and_unchanged_ones_do_nothing() -> None:
    a_shop_with_history()
    before = learn().number
    admin = make.admin()
    assert change_settings(actor=admin, **settings_now()) is False

    assert change_settings(actor=admin, **settings_now(floor=before + 1)) is True
    sweep()

    assert Shop.objects.get().threshold == before + 1
    assert HistoryEntry.objects.get(verb="settings changed").changes == {
        "floor": ["3", str(before + 1)]
    }
    assert [entry.note for entry in HistoryEntry.objects.filter(verb="published")] == [
        "first",
        "settings",
    ]


def test_the_settings_in_use_come_from_both_rows() -> None:
    shop = make.shop(window_days=30, merge_hours=2)
    settings = settings_in_use(the_threshold(), shop)

    assert (settings.window_days, settings.merge_hours, settings.alpha) == (30, 2, 0.005)
