"""Choice, photo, open limits, decimals, gauges and faults: judged, recorded, refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from quality.models import Characteristic, Gauge, Result
from quality.rules.judging import NotJudged, judge
from quality.rules.words import limits, target
from quality.services import LineDraft, PlanDraft, correct_inspection, revise_plan, save_plan
from quality.services.gauges import closing, save_gauge
from quality.services.plan_drafts import lines_of
from quality.tests.rawsql import delete, insert, refused, result, update
from tests import benchwork, make

pytestmark = pytest.mark.django_db
COLOUR = LineDraft("Colour", "choice", good="blue\ngreen", bad="brown")
PHOTO = LineDraft("Stamp", "photo")
CRACK = LineDraft("Crack", "pass_fail", faults="handle\nrim", photo_on_fail=True)


def line(**said) -> Characteristic:
    plain = {"name": "Wall", "kind": "measure", "unit": "mm", "upper": Decimal(3)}
    return Characteristic(**plain | said)


@pytest.mark.parametrize(("typed", "conforms"), [("blue", True), ("green", True), ("brown", False)])
def test_a_choice_conforms_or_not_by_the_plan(typed, conforms):
    option = Characteristic(kind="choice", good="blue\ngreen", bad="brown")
    assert judge(option, typed).conforms is conforms
    assert target(option) == "blue or green"
    with pytest.raises(NotJudged, match="one of the list"):
        judge(option, "Blue")


@pytest.mark.parametrize(
    ("typed", "inclusive", "conforms"),
    [("3", True, True), ("3", False, False), ("2.9", False, True), ("3.1", True, False)],
)
def test_a_limit_itself_conforms_or_not_as_the_plan_says(typed, inclusive, conforms):
    wall = line(upper_inclusive=inclusive)
    assert judge(wall, typed).conforms is conforms
    assert limits(wall) == ("at most 3 mm" if inclusive else "less than 3 mm")


def test_more_decimals_than_are_measured_are_refused_and_never_rounded():
    wall = line(decimals=1)
    assert judge(wall, "2,9").value == Decimal("2.9")
    assert judge(wall, "2.90").value == Decimal("2.90")
    with pytest.raises(NotJudged, match="1 decimal"):
        judge(wall, "2.95")
    # In another unit other decimals are natural.
    assert judge(wall, "0.295", "cm").value == Decimal("2.95")


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (LineDraft("A", "choice"), "at least one choice"),
        (LineDraft("A", "choice", good="x", bad="x"), "there twice"),
        (LineDraft("A", "choice", good="x", upper=Decimal(1)), "Limits need"),
        (LineDraft("A", "pass_fail", good="x"), "kind “choice”"),
        (LineDraft("A", "count", upper=Decimal(1), decimals=1), "Only a measure"),
    ],
)
def test_a_line_that_cannot_be_checked_is_refused(draft, says):
    with pytest.raises(ValidationError, match=says):
        save_plan(actor=None, product=make.product(), draft=PlanDraft((draft,)))


def test_a_gauge_is_warned_of_when_due_and_refused_when_over(client):
    today = timezone.localdate()
    scale = benchwork.gauge(name="Scale B-02", due_on=today)
    mass = LineDraft("Mass", "measure", "g", upper=Decimal(5), gauge_id=scale.pk)
    plan = make.plan(lines=(mass,))
    opened = make.inspection(lot=make.lot(product=plan.product, maker=make.user()))
    client.force_login(opened.inspector)
    address = reverse("inspection_page", args=[opened.pk])
    assert "has to be calibrated by" in client.get(address).content.decode()
    make.record(opened, "Mass", "4")
    over = today - timedelta(days=1)
    Gauge.objects.update(due_on=over, closes_at=closing(over))
    assert "Nothing may be measured with it" in client.get(address).content.decode()
    record = reverse("inspection_record", args=[opened.pk, 1])
    assert client.post(record, {"typed": "3"}).status_code == 422
    found = Result.objects.get()
    assert found.typed == "4"
    # The other door: neither a new measurement nor a changed one; words may still be added.
    now = {"recorded_at": timezone.now() + timedelta(days=2)}
    row = result(opened, "Mass", sample=1, **now)
    refused("result_gauge_calibrated", update, "quality_result", found.pk, typed="3", **now)
    update("quality_result", found.pk, note="Scraped")
    delete("quality_result", found.pk)
    refused("result_gauge_calibrated", insert, "quality_result", **row)


def test_a_correction_takes_nothing_over_that_an_overdue_gauge_measured():
    scale = benchwork.gauge()
    mass = LineDraft("Mass", "measure", "g", upper=Decimal(5), gauge_id=scale.pk)
    plan = make.plan(lines=(mass,))
    opened = make.inspection(lot=make.lot(product=plan.product, maker=make.user()))
    make.record(opened, "Mass", "4")
    make.sign(opened)
    save_gauge(
        actor=make.manager(),
        gauge=scale,
        name=scale.name,
        due_on=timezone.localdate() - timedelta(3),
    )
    with pytest.raises(ValidationError, match="Open a new round"):
        correct_inspection(inspection=opened, actor=opened.inspector)
    assert opened.corrections.count() == 0


@pytest.mark.parametrize(("days", "state"), [(15, "fine"), (14, "due"), (0, "due"), (-1, "over")])
def test_the_state_of_a_gauge(days, state):
    day = timezone.localdate() + timedelta(days=days)
    assert benchwork.gauge(due_on=day).state() == state
    assert Gauge(due_on=None).state() == "fine"


def test_a_manager_enters_the_next_calibration_and_a_name_is_there_once(client):
    scale = benchwork.gauge(name="Scale B-02")
    client.force_login(make.manager())
    said = {"name": "Scale B-02", "due_on": "2027-03-01", "version": "1"}
    address = reverse("gauge_edit", args=[scale.pk])
    assert client.post(address, said).url == reverse("gauge_list")
    scale.refresh_from_db()
    assert (scale.due_on.isoformat(), scale.version) == ("2027-03-01", 2)
    assert client.post(address, said).status_code == 422
    assert client.post(reverse("gauge_new"), said).status_code == 422
    assert Gauge.objects.count() == 1


def test_a_photo_is_kept_without_what_else_the_file_carries(client):
    plan = make.plan(lines=(PHOTO,))
    opened = make.inspection(lot=make.lot(product=plan.product, maker=make.user()))
    client.force_login(opened.inspector)
    record = reverse("inspection_record", args=[opened.pk, 1])
    assert client.post(record, {}).status_code == 422
    fake = make.picture()
    fake.write(b"no picture at all" * 20)
    picture = make.picture()
    picture.name = "stamp.png"
    assert client.post(record, {"photo": picture}).status_code == 302
    found = Result.objects.get()
    shown = client.get(reverse("result_photo", args=[found.pk]))
    assert (shown["Content-Type"], found.typed, found.conforms) == ("image/jpeg", "photo", True)
    b"".join(shown)
    client.force_login(make.inspector())
    assert client.get(reverse("result_photo", args=[found.pk])).status_code == 404


def test_a_fail_asks_for_a_fault_of_the_list_and_the_photo_the_plan_wants(client):
    plan = make.plan(lines=(CRACK,))
    opened = make.inspection(lot=make.lot(product=plan.product, maker=make.user()))
    client.force_login(opened.inspector)
    response = client.post(reverse("inspection_record", args=[opened.pk, 1]), {"typed": "fail"})
    page = client.get(response.url).content.decode()
    assert 'value="handle"' in page
    why = reverse("inspection_explain", args=[opened.pk, 1])
    client.post(why, {"fault": "handle"})
    assert Result.objects.get().fault == ""
    with pytest.raises(ValidationError, match="wants a photo"):
        make.sign(opened)
    picture = make.picture()
    picture.name = "crack.png"
    client.post(why, {"fault": "lid", "photo": picture})
    assert Result.objects.get().fault == ""
    picture.seek(0)
    client.post(why, {"fault": "handle", "photo": picture})
    found = Result.objects.get()
    assert (found.fault, found.photo is not None) == ("handle", True)
    assert make.sign(opened).verdict == "fail"


def test_pictures_of_a_draft_stay_through_edits_and_revisions_and_are_shown(client):
    shown = benchwork.pictured_line()
    plan = shown.plan
    save_plan(
        actor=make.manager(), product=plan.product, plan=plan, draft=PlanDraft((make.GLAZE, COLOUR))
    )
    kept = plan.characteristics.get(name="Glaze")
    assert kept.good_picture_id == shown.good_picture_id
    active = benchwork.activate(plan)
    revised = revise_plan(plan=active, actor=make.manager())
    assert lines_of(revised) == lines_of(active)
    client.force_login(make.inspector())
    answer = client.get(reverse("line_picture", args=[kept.pk, "good"]))
    assert answer["Content-Type"] == "image/jpeg"
    b"".join(answer)
    assert client.get(reverse("line_picture", args=[kept.pk, "bad"])).status_code == 404
    page = client.post(reverse("plan_picture", args=[kept.pk]), {"which": "bad"})
    assert page.status_code == 403


def test_a_plan_is_written_with_all_of_it_in_the_browser(client):
    client.force_login(make.manager())
    scale = benchwork.gauge()
    row = {"name": "Colour", "kind": "choice", "good": "blue\r\n\r\n green ", "bad": "brown"}
    row |= {"severity": "critical", "faults": "too dark", "photo_on_fail": "on", "required": "on"}
    other = {"name": "Wall", "kind": "measure", "unit": "mm", "upper": "3", "upper_open": "on"}
    other |= {"decimals": "2", "gauge": str(scale.pk), "severity": "minor"}
    data = {
        f"line-{n}-{key}": value for n, one in enumerate((row, other)) for key, value in one.items()
    }
    data |= {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "note": "", "version": ""}
    data |= {"seconds": "every", "sampling": "aql", "level": "II", "aql_critical": "0.65"}
    product = make.product()
    response = client.post("/plans/new/", data | {"product": str(product.pk)})
    plan = product.plans.get()
    assert response.url == reverse("plan_page", args=[plan.pk])
    assert (plan.seconds, plan.sampling, plan.aqls) == ("every", "aql", {"critical": "0.65"})
    colour, wall = lines_of(plan)
    assert colour.good == "blue\ngreen"
    assert (colour.severity, colour.photo_on_fail) == ("critical", True)
    assert (wall.upper_inclusive, wall.decimals, wall.gauge_id) == (False, 2, scale.pk)
    page = client.get(reverse("plan_edit", args=[plan.pk])).content.decode()
    assert "too dark" in page
    nothing = {"product": "", "category": ""}
    assert client.post("/plans/new/", data | nothing).status_code == 422
