"""How many units: sizes fixed at the opening, verdicts by the acceptance number, switching."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from purchases.models import Lot
from quality.models import Inspection, SampleSize, Switch
from quality.rules.units import Found, Size, bad_units, refused_classes, units_of
from quality.services import PlanDraft, open_inspection, record_result, sign_inspection
from quality.services.switching import agree_switch
from tests import benchwork, make

pytestmark = pytest.mark.django_db
AQL = {"sampling": "aql", "level": "II", "aql_major": "2.5"}


def lot_of(product, quantity: int = 100, **fields) -> Lot:
    return make.lot(product=product, maker=make.user(), quantity=quantity, **fields)


def find(inspection: Inspection, *, bad: int = 0, units: int | None = None) -> None:
    """Glaze of every unit, the first so many bad."""
    line = inspection.plan.characteristics.get(name="Glaze")
    for sample in range(1, (units or inspection.units) + 1):
        record_result(
            inspection=inspection,
            characteristic=line,
            typed="fail" if sample <= bad else "pass",
            sample=sample,
            actor=inspection.inspector,
        )


def inspected(product, bad: int, quantity: int = 100) -> Inspection:
    """A lot inspected and signed with so many bad units."""
    opened = make.inspection(lot=lot_of(product, quantity))
    find(opened, bad=bad)
    return make.sign(opened)


@pytest.fixture
def product():
    """Glaze by code letter: 100 of level II at 2.5 is F, 20 units, Ac 1, Re 2."""
    return make.plan(lines=(make.GLAZE,), **AQL).product


@pytest.mark.parametrize(
    ("sampling", "number", "lot_size", "seen", "units"),
    [
        ("whole", None, 100, 0, 1),
        ("every", None, 100, 0, 100),
        ("nth", 10, 100, 0, 10),
        ("nth", 10, 101, 0, 11),
        ("nth", 500, 100, 0, 1),
        ("first", 5, 100, 0, 5),
        ("first", 5, 3, 0, 3),
        ("maker", 5, 100, 2, 3),
        ("maker", 5, 100, 9, 1),
        ("change", 5, 100, 0, 5),
    ],
)
def test_how_many_units_are_looked_at(sampling, number, lot_size, seen, units):
    plan = PlanDraft(lines=(), sampling=sampling, sampling_number=number)
    assert units_of(plan, lot_size, seen) == units


def test_units_count_once_by_class_and_refuse_by_their_own_number():
    found = [Found("major", 1, False), Found("major", 1, False), Found("major", 2, False)]
    found += [Found("critical", 3, True), Found("minor", 3, False)]
    assert bad_units(found) == {"major": 2, "minor": 1}
    assert refused_classes(bad_units(found), {"major": Size(20, 2, 3)}) == ["minor"]


def test_sizes_are_fixed_at_the_opening_and_copied_to_the_second(product):
    opened = make.inspection(lot=lot_of(product))
    size = SampleSize.objects.get()
    assert (opened.units, size.letter, size.size, size.accept, size.reject, size.taken) == (
        20,
        "F",
        20,
        1,
        2,
        "normal",
    )
    find(opened)
    make.sign(opened)
    second = open_inspection(lot=opened.lot, inspector=make.inspector(), stage="second")
    assert (second.units, second.sample_sizes.get().reject) == (20, 2)


@pytest.mark.parametrize(
    ("bad", "verdict", "state"), [(1, "pass", "released"), (2, "fail", "on_hold")]
)
def test_a_lot_is_accepted_up_to_ac_and_refused_from_re(product, bad, verdict, state):
    signed = inspected(product, bad)
    assert (signed.verdict, Lot.objects.get(pk=signed.lot_id).state) == (verdict, state)


def test_a_sample_is_signed_whole_or_when_it_is_refused_already(product):
    opened = make.inspection(lot=lot_of(product))
    find(opened, bad=1, units=19)
    with pytest.raises(ValidationError, match="Not recorded yet"):
        sign_inspection(inspection=opened, actor=opened.inspector)
    find(opened, bad=2, units=3)
    assert make.sign(opened).verdict == "fail"


def test_n_at_or_above_the_lot_size_means_all_of_it(product):
    opened = make.inspection(lot=lot_of(product, quantity=4))
    assert opened.units == 4


def test_a_lot_nobody_counted_is_not_sampled(product):
    lot = make.lot(product=product, maker=make.user())
    with pytest.raises(ValidationError, match="how many it holds"):
        open_inspection(lot=lot, inspector=make.inspector())
    assert Inspection.objects.count() == 0


def test_the_first_of_a_maker_are_looked_at_then_one_of_each_lot():
    product = make.plan(lines=(make.GLAZE,), sampling="maker", sampling_number=5).product
    maker = make.user()
    units = []
    for _ in range(3):
        opened = make.inspection(lot=make.lot(product=product, maker=maker, quantity=3))
        units.append(opened.units)
        find(opened)
        make.sign(opened)
    assert units == [3, 2, 1]
    assert make.inspection(lot=lot_of(product, 9)).units == 5


def test_two_refused_of_five_tighten_the_next_and_five_accepted_loosen_it(product):
    for bad in (2, 0, 2):
        inspected(product, bad)
    opened = make.inspection(lot=lot_of(product))
    size = opened.sample_sizes.get()
    assert (size.taken, size.size, size.accept, size.reject) == ("tightened", 32, 1, 2)
    find(opened)
    make.sign(opened)
    for _ in range(4):
        inspected(product, 0)
    assert make.inspection(lot=lot_of(product)).sample_sizes.get().taken == "normal"


def test_five_refused_on_tightened_stop_until_a_manager_says_what_was_mended(product):
    for _ in range(7):
        inspected(product, 2)
    assert Switch.objects.get().state == "stopped"
    lot = lot_of(product)
    with pytest.raises(ValidationError, match="inspection is stopped"):
        open_inspection(lot=lot, inspector=make.inspector())
    with pytest.raises(ValidationError, match="A manager"):
        agree_switch(
            product=product, severity="major", step="resume", reason="x", actor=make.inspector()
        )
    boss = make.manager()
    agree_switch(product=product, severity="major", step="resume", reason="New kiln", actor=boss)
    assert make.inspection(lot=lot).sample_sizes.get().taken == "tightened"


def test_reduced_needs_ten_accepted_and_an_agreement_and_ends_between_ac_and_re(product):
    boss = make.manager()
    said = {"product": product, "severity": "major", "step": "reduce", "actor": boss}
    for _ in range(9):
        inspected(product, 0)
    with pytest.raises(ValidationError, match="ten lots"):
        agree_switch(**said, reason="steady")
    inspected(product, 0)
    with pytest.raises(ValidationError, match="Say why"):
        agree_switch(**said, reason=" ")
    assert agree_switch(**said, reason="steady").state == "reduced"
    opened = make.inspection(lot=lot_of(product))
    size = opened.sample_sizes.get()
    assert (size.taken, size.size, size.accept, size.reject) == ("reduced", 8, 0, 2)
    find(opened, bad=1)
    assert make.sign(opened).verdict == "pass"
    assert Switch.objects.get().state == "normal"


def test_the_rules_are_fed_only_when_the_pair_is_settled():
    product = make.plan(lines=(make.GLAZE,), seconds="every", **AQL).product
    first = inspected(product, 2)
    assert (first.pair, Switch.objects.count()) == ("owed", 0)
    second = open_inspection(lot=first.lot, inspector=make.inspector())
    find(second, bad=2)
    make.sign(second)
    assert Switch.objects.get().recent == "R"
    assert first.sample_sizes.get().counted_at is not None


def test_a_new_round_of_the_same_lot_is_not_counted(product):
    failed = inspected(product, 2)
    again = open_inspection(lot=failed.lot, inspector=make.inspector(), stage="re_inspection")
    find(again)
    make.sign(again)
    assert Switch.objects.get().recent == "R"


def test_a_category_plan_serves_its_products_and_a_moved_product_goes_on_by_it(client):
    mug = make.product(category="Mugs")
    make.plan(category="Mugs", seconds="every")
    lot = make.lot(product=mug, maker=make.user(), quantity=10)
    make.signed_inspection(lot=lot)
    mug.category = "Bowls"
    mug.save()
    client.force_login(make.inspector())
    response = client.post("/bench/open/", {"lot": lot.pk})
    second = Inspection.objects.get(stage="second")
    assert response.url == reverse("inspection_page", args=[second.pk])
    other = make.lot(product=mug, maker=make.user())
    page = client.post("/bench/open/", {"code": other.number})
    assert page.status_code == 422
    assert "no active inspection plan" in page.content.decode()


def test_a_products_own_plan_goes_before_that_of_its_category():
    mug = make.product(category="Mugs")
    make.plan(category="Mugs")
    own = make.plan(product=mug)
    assert make.inspection(lot=make.lot(product=mug, maker=make.user())).plan == own


# On the screen -------------------------------------------------------------------------------


def test_a_sample_is_recorded_unit_by_unit_or_as_a_table(client):
    opened = benchwork.sample_inspection(lines=(make.MASS, make.GLAZE))
    client.force_login(opened.inspector)
    page = client.get(reverse("inspection_page", args=[opened.pk])).content.decode()
    assert "Unit 1 of 3" in page
    assert "1 of 2" in page
    client.post(reverse("inspection_record", args=[opened.pk, 3]), {"typed": "341"})
    assert opened.results.get().sample == 2
    mass, glaze = opened.plan.characteristics.all()
    address = reverse("inspection_grid", args=[opened.pk])
    said = {f"r{mass.pk}-1": "340", f"r{mass.pk}-3": "heavy", f"r{glaze.pk}-1": "pass"}
    page = client.post(address, said)
    assert page.status_code == 422
    assert 'value="heavy"' in page.content.decode()
    assert opened.results.count() == 3
    said |= {f"r{mass.pk}-3": "348", f"r{glaze.pk}-2": "pass", f"r{glaze.pk}-3": "pass"}
    assert client.post(address, said | {"next": "1"}).url == reverse(
        "inspection_sign", args=[opened.pk]
    )
    page = client.get(reverse("inspection_sign", args=[opened.pk])).content.decode()
    assert "Sign: does not conform" in page
    assert "unit 3" in page


def test_the_plan_says_how_often_it_lets_bad_lots_pass(client, product):
    client.force_login(make.manager())
    plan = product.plans.get()
    page = client.get(reverse("plan_page", args=[plan.pk]), {"lot": "100"}).content.decode()
    text = " ".join(page.split())
    assert "An AQL is not a number of allowed defects." in text
    # Hypergeometric, of 100: 20 drawn, at most 1 of 1, 2, 5 and 10 bad ones.
    for words in ("1 %", "100 %", "2 %", "96 %", "5 %", "74 %", "10 %", "36 %"):
        assert words in text.replace("\xa0", " "), words


def test_the_page_of_a_sample_costs_the_same_with_3_and_60_units(client, queries):
    small = benchwork.sample_inspection(number=3)
    client.force_login(small.inspector)
    with queries() as few:
        client.get(reverse("inspection_page", args=[small.pk]))
    large = benchwork.sample_inspection(number=60, inspector=small.inspector)
    with queries(exactly=len(few)):
        client.get(reverse("inspection_page", args=[large.pk]))
