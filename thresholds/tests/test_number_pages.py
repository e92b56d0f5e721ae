"""The pages of the number: what explains it, pinning, settings, as of a day, how we count."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Shop, User
from jobs.models import Job
from tests import make
from thresholds.models import Threshold, ThresholdRevision
from thresholds.services.as_of import judge_as_of, run_as_of_job
from thresholds.services.evaluation import sweep
from thresholds.services.learning import learn
from thresholds.stats import almost_certain, distribution, warnings_now
from thresholds.tests.history import bought

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> User:
    made: User = make.manager(name="Nadia El Amrani")
    client.force_login(made)
    return made


def history(counts: dict[int, int]) -> None:
    """Mature purchases, counted, learned and judged."""
    customer = make.customer()
    for net, number in counts.items():
        for n in range(number):
            bought(contacts=net, days_ago=95 + n % 60, customer=customer)
    sweep()
    learn()
    sweep()


def text_of(client: Client, name: str, *args: Any) -> str:
    return str(client.get(reverse(name, args=args)).content.decode())


def test_before_any_run_the_page_says_so_and_writes_nothing(client: Client, boss: User) -> None:
    page = text_of(client, "threshold_page")

    assert "No run yet" in page
    assert "5</strong> is a starting number" in page
    assert Threshold.objects.count() == 0


def test_the_page_shows_the_number_its_sentence_and_where_it_comes_from(
    client: Client, boss: User, queries: Any
) -> None:
    history({0: 40, 1: 12, 2: 5, 3: 2, 9: 1})

    revision = ThresholdRevision.objects.get()
    with queries(at_most=16):
        page = text_of(client, "threshold_page")
    assert f'<span class="td-number-value">{revision.number}</span>' in page
    assert "from 60 purchases" in page
    assert f"anything from {revision.number_low} to {revision.number_high}" in page
    assert "the first number" in page
    assert f"the raw mean, which ten disasters can move, is {revision.raw_mean:.2f}" in page


def test_the_distribution_is_the_mature_purchases_beside_what_chance_gives(boss: User) -> None:
    history({0: 40, 1: 12, 2: 5, 9: 1, 20: 1})
    bought(contacts=2, days_ago=30)
    sweep()
    shop, threshold = Shop.objects.get(), Threshold.objects.get()

    shown = distribution(shop=shop, threshold=threshold)

    assert (shown.purchases, shown.over) == (59, 2)
    assert [bar.purchases for bar in shown.bars[:4]] == [40, 12, 5, 0]
    assert (shown.bars[-1].net, shown.bars[-1].and_more, shown.bars[-1].purchases) == (12, True, 1)
    assert sum(bar.expected or 0 for bar in shown.bars) == pytest.approx(59)
    assert [bar.over for bar in shown.bars] == [bar.net >= shop.threshold for bar in shown.bars]


def test_the_second_grade_lists_who_is_beyond_luck(client: Client, boss: User) -> None:
    history({0: 60, 1: 20, 12: 2})
    shop, threshold = Shop.objects.get(), Threshold.objects.get()

    found = almost_certain(shop=shop, threshold=threshold)

    assert found is not None
    assert (found.grade.least_net, found.grade.purchases, found.grade.judged) == (12, 2, 82)
    assert [purchase.net_interactions for purchase in found.purchases] == [12, 12]
    assert "2 have 12 or more" in text_of(client, "threshold_page")


def test_without_a_fit_nobody_is_almost_certainly_wrong() -> None:
    assert almost_certain(shop=make.shop(), threshold=Threshold(pk=1)) is None


def test_the_warning_of_many_over_the_line_follows_a_pin(client: Client, boss: User) -> None:
    history({0: 40, 1: 12, 2: 5, 3: 3})
    shop, threshold = Shop.objects.get(), Threshold.objects.get()
    assert [each["code"] for each in warnings_now(shop=shop, threshold=threshold)] == []

    pin(client, number=2, version=threshold.version)

    shop.refresh_from_db()
    told = warnings_now(shop=shop, threshold=Threshold.objects.get())
    assert told == [{"code": "many_over", "part": 8, "whole": 60, "value": None}]
    assert "8 of 60 mature purchases (13\u202f%)" in text_of(client, "threshold_page")


def pin(client: Client, **data: Any) -> Any:
    return client.post(reverse("threshold_pin"), {"reason": "Sale week"} | data)


def test_pinning_shows_both_numbers_and_releasing_gives_the_learned_one_back(
    client: Client, boss: User
) -> None:
    history({0: 40, 1: 12, 2: 5, 3: 2})
    learned = Shop.objects.get().threshold

    answer = pin(client, number=9, version=Threshold.objects.get().version)

    assert answer.url == reverse("threshold_page")
    page = text_of(client, "threshold_page")
    assert "Pinned at 9" in page
    assert f"learned: <b>{learned}</b>" in page
    assert "Nadia El Amrani" in page
    assert "“Sale week”" in page

    client.post(reverse("threshold_unpin"), {"version": Threshold.objects.get().version})
    assert Shop.objects.get().threshold == learned


@pytest.mark.parametrize("bad", [{"number": 0}, {"number": ""}, {"number": 9, "reason": " "}])
def test_a_pin_that_makes_no_sense_is_shown_with_what_to_do(
    client: Client, boss: User, bad: dict[str, Any]
) -> None:
    make.shop()

    page = pin(client, version=1, **bad)

    assert page.status_code == 200
    assert "Nothing was saved" in page.content.decode()
    assert Shop.objects.get().threshold == 5


def test_a_pin_from_an_old_page_is_refused_in_words(client: Client, boss: User) -> None:
    make.shop()
    pin(client, number=4, version=1)

    page = pin(client, number=8, version=1)

    assert "changed while you were looking" in page.content.decode()
    assert Shop.objects.get().threshold == 4
    stale = client.post(reverse("threshold_unpin"), {"version": 1}, follow=True)
    assert "changed while you were looking" in stale.content.decode()
    assert client.post(reverse("threshold_unpin")).status_code == 302
    assert Shop.objects.get().threshold == 4


def test_every_run_is_listed_and_pages(client: Client, boss: User, queries: Any) -> None:
    make.shop()
    learn()
    client.get(reverse("threshold_page"))
    with queries() as for_one:
        client.get(reverse("threshold_page"))
    for _ in range(11):
        learn()
    with queries(exactly=len(for_one)):
        page = client.get(reverse("threshold_page"))
    assert len(page.context["runs"].items) == 12
    assert [run.pk == page.context["threshold"].in_force_id for run in page.context["runs"].items][
        -1
    ]


def test_an_admin_changes_the_settings(client: Client) -> None:
    make.shop()
    client.force_login(make.admin())
    values = {
        "version": 1,
        "alpha": "0.01",
        "floor": 2,
        "trim": 0.03,
        "starting_number": 4,
        "history_days": 200,
    }

    answer = client.post(reverse("threshold_settings"), values)

    assert answer.url == reverse("threshold_settings")
    row = Threshold.objects.get()
    assert (row.alpha, row.floor, row.starting_number, row.history_days) == (0.01, 2, 4, 200)
    page = client.get(reverse("threshold_settings")).content.decode()
    assert "<del>0.005</del>" in page
    stale = client.post(reverse("threshold_settings"), values)
    assert "changed while you were looking" in stale.content.decode()
    again = client.post(reverse("threshold_settings"), values | {"version": 2}, follow=True)
    assert "Nothing was changed" in again.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("alpha", 0.5), ("alpha", ""), ("floor", 0), ("trim", 0.9), ("history_days", 5)],
)
def test_a_setting_out_of_range_is_refused(client: Client, field: str, value: object) -> None:
    make.shop()
    client.force_login(make.admin())
    values = {
        "version": 1,
        "alpha": 0.005,
        "floor": 3,
        "trim": 0.03,
        "starting_number": 5,
        "history_days": 365,
    }

    page = client.post(reverse("threshold_settings"), values | {field: value})

    assert page.status_code == 200
    assert "Nothing was saved" in page.content.decode()
    assert not Threshold.objects.exclude(alpha=0.005, floor=3).exists()


def test_asking_as_of_a_day_makes_a_job_whose_answer_lists_who_reached_it(
    client: Client, boss: User
) -> None:
    purchase = bought(contacts=6, days_ago=60, order_number="A-24655")
    today = timezone.localdate(timezone=Shop.objects.get().zone)

    answer = client.post(reverse("as_of"), {"day": today.isoformat(), "window_days": "30"})

    job = Job.objects.get()
    assert answer.url == reverse("job_page", args=[job.pk])
    assert (job.started_by, job.params["window_days"]) == (boss, 30)
    run_as_of_job(job_id=job.pk)
    link = Job.objects.get().report["link"]
    assert link in text_of(client, "job_page", job.pk)
    page = client.get(link).content.decode()
    assert "A-24655" in page
    assert reverse("purchase_page", args=[purchase.pk]) in page
    assert "window of 30 days" in page
    assert link in text_of(client, "as_of")


@pytest.mark.parametrize("data", [{"day": "2999-01-01"}, {"day": "x"}, {"day": ""}])
def test_a_day_that_makes_no_sense_is_refused(
    client: Client, boss: User, data: dict[str, str]
) -> None:
    make.shop()

    page = client.post(reverse("as_of"), data)

    assert page.status_code == 200
    assert "Nothing was saved" in page.content.decode()
    assert Job.objects.count() == 0


def test_an_answer_costs_the_same_for_one_purchase_and_for_twenty(
    client: Client, boss: User, queries: Any
) -> None:
    bought(contacts=6)
    one = judge_as_of(day=date.today()).revision  # noqa: DTZ011 - the shop's day or the one before
    customer = make.customer()
    for _ in range(19):
        bought(contacts=6, customer=customer)
    many = judge_as_of(day=date.today()).revision  # noqa: DTZ011

    client.get(reverse("as_of_answer", args=[one.pk]))
    with queries() as for_one:
        client.get(reverse("as_of_answer", args=[one.pk]))
    with queries(exactly=len(for_one)):
        page = client.get(reverse("as_of_answer", args=[many.pk]))
    assert page.content.decode().count("data-row-link") == 20


def test_a_live_run_is_no_answer(client: Client, boss: User) -> None:
    make.shop()

    assert client.get(reverse("as_of_answer", args=[learn().pk])).status_code == 404


def test_how_we_count_is_open_to_everybody_with_an_anchor_for_every_figure(client: Client) -> None:
    make.shop(window_days=45, merge_hours=8)
    client.force_login(make.inspector())

    page = text_of(client, "how_we_count")

    anchors = (
        *("counted", "age", "window", "unattributed", "data-quality", "metrics", "maturity"),
        *("per-purchase", "per-purchase-now", "incidence", "first-contact", "repeat"),
        *("fault-share", "escape", "load", "threshold", "pin", "warnings", "flag"),
        *("second-grade", "as-of", "funnel", "over-time", "why", "luck", "before-after"),
        *("second-person", "pass-rate", "ratings"),
    )
    for anchor in anchors:
        assert f'id="{anchor}"' in page, anchor
    assert "window</b> is 45 days" in page
    assert "less than 8 hours" in page
    assert reverse("threshold_page") not in page
    assert Threshold.objects.count() == 0
