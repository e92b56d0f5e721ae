"""What inspections say: the figures themselves, who sees them, and that no first is told of."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.utils import timezone

from accounts.models import Role
from dashboards.tests.shop import Links
from quality.models import Inspection, Plan, Result
from quality.rules.control import NotYet
from quality.rules.repeats import Share
from quality.services.figures import figures_of
from quality.services.pair_figures import pairs_of
from quality.services.result_figures import Defect, defects_of, measures_of
from tests import make

pytestmark = pytest.mark.django_db
FIGURES = "/inspections/figures/"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def weekly(product, weeks: dict[int, tuple[int, int]]) -> None:
    """Imported first inspections: {weeks ago: (lots, of them wrong)}."""
    maker, inspector = make.user(), make.inspector()
    rows = []
    for ago, (lots, wrong) in weeks.items():
        for number in range(lots):
            lot = make.lot(product=product, maker=maker)
            moment = NOW - timedelta(weeks=ago)
            verdict = "fail" if number < wrong else "pass"
            said = {
                "lot": lot,
                "product": product,
                "inspector": inspector,
                "maker": maker,
                "verdict": verdict,
            }
            key = f"w{ago}-{number}"
            rows.append(Inspection(external_id=key, opened_at=moment, signed_at=moment, **said))
    Inspection.objects.bulk_create(rows)


def test_nineteen_weeks_are_too_few_and_twenty_make_a_chart_with_its_signal():
    product = make.product()
    zone = make.shop().zone
    weekly(product, dict.fromkeys(range(1, 20), (10, 1)))
    early = figures_of(product, now=NOW, zone=zone)
    assert early.chart == NotYet(have=19)
    weekly(product, {20: (10, 9)})
    figures = figures_of(product, now=NOW, zone=zone)
    assert figures.first_pass == Share(200 - 28, 200)
    assert [point.position for point in figures.chart.signals if point.beyond] == [0]
    assert (figures.weeks[0].found, figures.weeks[0].size) == (9, 10)
    assert figures.chart.centre == pytest.approx(0.14)


def test_rounds_defects_and_what_is_owed_is_left_out():
    lot = make.lot_to_inspect()
    make.signed_inspection(lot=lot, mass="348")
    make.signed_inspection(lot=lot, stage="re_inspection")
    make.signed_inspection(lot=make.lot(product=lot.product, maker=lot.maker))
    now = timezone.now() + timedelta(minutes=1)
    asked = {"now": now, "zone": make.shop().zone}
    figures = figures_of(lot.product, **asked)
    assert (figures.first_pass, figures.loops) == (Share(1, 2), [(2, 1)])
    assert figures.passed == Share(2, 3)
    out = Result.objects.get(conforms=False)
    assert defects_of(lot.product, **asked) == [Defect("Mass, dry", "", 1, out.pk)]
    mass = measures_of(lot.product, **asked)[0]
    assert (mass.name, mass.number, mass.told) == ("Mass, dry", 3, None)
    Plan.objects.filter(state="draft").delete()
    owed = make.lot_to_inspect(seconds="every")
    make.signed_inspection(lot=owed, mass="348")
    assert figures_of(owed.product, **asked).first_pass == Share(0, 0)
    assert defects_of(owed.product, **asked) == pairs_of(owed.product, now=now) == []


def test_pairs_are_counted_by_characteristic_when_both_have_signed():
    product = make.lot_to_inspect(seconds="every").product
    now = timezone.now() + timedelta(minutes=1)
    for masses in (("340", "340"), ("348", "340"), ("348", "348"), ("340", "348")):
        lot = make.lot(product=product, maker=make.user())
        for mass in masses:
            make.signed_inspection(lot=lot, mass=mass)
    rows = {row.name: row.said for row in pairs_of(product, now=now)}
    mass = rows["Mass, dry"]
    assert (mass.pairs.both_fail, mass.pairs.first_only, mass.pairs.second_only) == (1, 1, 1)
    assert (mass.agreement, mass.first_effectiveness, mass.copied_share) == (0.5, 0.5, 1.0)
    assert mass.escapes.total == pytest.approx(3.5)
    assert mass.cannot_tell
    assert rows["Glaze"].no_rejects


def test_fifty_values_make_a_capability():
    product = make.lot_to_inspect().product
    for number in range(50):
        lot = make.lot(product=product, maker=make.user())
        make.signed_inspection(lot=lot, mass="339" if number % 2 else "341")
    now = timezone.now() + timedelta(minutes=1)
    able = measures_of(product, now=now, zone=make.shop().zone)[0]
    assert able.number == 50
    assert able.told.capability.mean == pytest.approx(340)
    assert able.told.capability.cp == pytest.approx(10 / (6 * (50 / 49) ** 0.5))


def test_the_page_shows_it_and_only_to_managers(client):
    product = make.product(name="Polder mug")
    weekly(product, dict.fromkeys(range(1, 21), (10, 1)))
    client.force_login(make.manager())
    page = client.get(FIGURES).content.decode()
    for words in ("Polder mug", "90 %", "of 200 first inspections", "20 did not conform"):
        assert words in page.replace("\u202f", " ").replace("\xa0", " "), words
    for show, words in (
        ("wrong", "Nothing was out of limits"),
        ("measures", "The plan measures nothing."),
        ("pairs", "No lot was looked at by a blind pair"),
        ("nonsense", "of 200 first inspections"),
    ):
        assert words in client.get(FIGURES, {"show": show}).content.decode(), show
    assert client.get(FIGURES, {"product": "999999"}).status_code == 404
    client.force_login(make.user(Role.INSPECTOR))
    assert client.get(FIGURES).status_code == 403


@pytest.mark.parametrize("show", ["weeks", "wrong"])
def test_every_mark_leads_to_the_very_inspections_it_counts(client, show):
    """Those of a week, of a fault, of a round, and those that did not conform."""
    product = make.lot_to_inspect().product
    weekly(product, dict.fromkeys(range(1, 22), (4, 1)) | {105: (3, 1)})
    for mass in ("348", "348", "340"):
        lot = make.lot(product=product, maker=make.user())
        make.signed_inspection(lot=lot, mass=mass)
    make.signed_inspection(lot=lot, stage="re_inspection", mass="348")
    client.force_login(make.manager())
    page = client.get(FIGURES, {"product": product.pk, "show": show}).content.decode()
    links = [(href, count) for href, count in Links(page).found if "/board/inspections/" in href]
    assert len(links) > (40 if show == "weeks" else 1)
    for href, count in links:
        assert client.get(href).context["page"].count_text == str(count), href


def test_an_empty_shop_says_so(client):
    client.force_login(make.manager())
    assert "Nothing was inspected yet" in client.get(FIGURES).content.decode()


def test_the_export_has_every_inspection_that_may_be_told_of_and_no_formula(client):
    lot = make.lot_to_inspect(number="=1+1")
    signed = make.signed_inspection(lot=lot, mass="348")
    make.signed_inspection(lot=make.lot_to_inspect(seconds="every"))
    client.force_login(make.manager())
    text = b"".join(client.get(f"{FIGURES}export/")).decode()
    head, row, *rest = csv.reader(StringIO(text))
    assert (head[0], row[0], row[4], row[8], rest) == (
        "lot",
        "'=1+1",
        signed.inspector.name,
        "fail",
        [],
    )


@pytest.mark.parametrize("show", ["wrong", "measures", "pairs"])
def test_the_other_sections_cost_the_same_with_1_and_20_lots(client, queries, show):
    product = make.lot_to_inspect(seconds="every").product
    client.force_login(make.manager())

    def add(count: int) -> None:
        for _n in range(count):
            lot = make.lot(product=product, maker=make.user())
            for _person in range(2):
                make.signed_inspection(lot=lot, mass="348")

    add(1)
    with queries() as few:
        client.get(FIGURES, {"show": show})
    add(20)
    with queries(exactly=len(few)):
        client.get(FIGURES, {"show": show})


def test_the_page_costs_the_same_with_1_and_20_lots(client, queries):
    product = make.product()
    weekly(product, {1: (1, 0)})
    client.force_login(make.manager())
    with queries() as few:
        client.get(FIGURES)
    weekly(product, dict.fromkeys(range(2, 24), (3, 1)))
    with queries(exactly=len(few)):
        client.get(FIGURES)


def test_a_run_says_once_that_little_was_found_and_the_share_ends_at_one(client):
    product = make.product()
    weekly(product, dict.fromkeys(range(11, 24), (10, 4)) | dict.fromkeys(range(1, 11), (10, 1)))
    client.force_login(make.manager())
    page = client.get(FIGURES, {"product": product.pk}).content.decode()
    drawn = page[
        page.index("<svg", page.index('id="weekly"')) : page.index('class="td-chart-table"')
    ]
    assert len(re.findall(r"<text[^>]*>found suspiciously little<", drawn)) == 1
    assert ">1.5<" not in drawn
