"""Plans in the browser: read by inspectors, written by managers."""

import pytest
from django.urls import reverse

from quality.models import Plan
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def typed(*rows: dict[str, str], initial: int = 0, **more: object) -> dict[str, object]:
    """The form as a browser posts it."""
    data: dict[str, object] = {"line-TOTAL_FORMS": len(rows), "line-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"line-{number}-{name}": value for name, value in row.items()}
    return data | {"note": "", "version": "", "seconds": "never"} | more


MASS = {
    "name": "Mass",
    "kind": "measure",
    "unit": "g",
    "lower": "334,5",
    "nominal": "340",
    "upper": "",
    "required": "on",
    "ORDER": "2",
}
GLAZE = {"name": "Glaze", "kind": "pass_fail", "required": "on", "ORDER": "1"}
EMPTY = {"name": "", "kind": "measure", "required": "on", "ORDER": "3"}


def test_a_plan_is_written_with_rows_in_the_order_of_their_numbers(client, manager):
    product = make.product()
    response = client.post("/plans/new/", typed(MASS, GLAZE, EMPTY, product=product.pk))
    plan = Plan.objects.get()
    assert response.url == reverse("plan_page", args=[plan.pk])
    assert (plan.state, plan.revision, plan.made_by) == ("draft", 1, manager)
    lines = [(c.name, c.lower, c.upper, c.unit) for c in plan.characteristics.all()]
    assert [line[0] for line in lines] == ["Glaze", "Mass"]
    assert str(lines[1][1].normalize()) == "334.5"
    assert lines[1][2] is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lower": "350"}, "must rise in this order"),
        ({"lower": "abc"}, "not a number"),
        ({"lower": "0.0000001"}, "At most 9 digits before and 6 behind"),
        ({"unit": ""}, "Choose a unit we know"),
        ({"lower": "", "upper": ""}, "Give a lower or an upper limit"),
        ({"kind": "pass_fail"}, "Limits need a measure or a count"),
        ({"name": "Glaze"}, "Two characteristics have the same name"),
    ],
)
def test_a_row_that_cannot_be_checked_is_refused_beside_it(client, manager, changes, says):
    response = client.post("/plans/new/", typed(MASS | changes, GLAZE, product=make.product().pk))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert Plan.objects.count() == 0


def test_a_plan_without_rows_or_product_is_refused(client, manager):
    response = client.post("/plans/new/", typed(EMPTY, product=""))
    assert response.status_code == 422
    assert "Add at least one characteristic" in response.content.decode()
    assert Plan.objects.count() == 0


def test_a_draft_is_changed_and_rows_taken_out(client, manager):
    plan = make.plan(active=False, lines=(make.MASS, make.GLAZE))
    page = client.get(reverse("plan_edit", args=[plan.pk])).content.decode()
    assert 'value="335"' in page
    rows = (MASS | {"name": "Mass, dry", "DELETE": "on"}, GLAZE)
    data = typed(*rows, initial=2, version=plan.version, note="less")
    response = client.post(reverse("plan_edit", args=[plan.pk]), data)
    assert response.status_code == 302
    assert [c.name for c in plan.characteristics.all()] == ["Glaze"]
    plan.refresh_from_db()
    assert (plan.note, plan.version) == ("less", 2)


def test_a_stale_draft_is_not_saved(client, manager):
    plan = make.plan(active=False)
    data = typed(GLAZE, initial=0, version=0)
    response = client.post(reverse("plan_edit", args=[plan.pk]), data)
    assert response.status_code == 422
    assert "Somebody else changed this plan" in response.content.decode()
    assert plan.characteristics.count() == 4


def test_activating_freezes_and_a_revision_is_a_new_draft(client, manager):
    plan = make.plan(active=False)
    client.post(reverse("plan_activate", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.state == "active"
    refused = client.get(reverse("plan_edit", args=[plan.pk]))
    assert refused.url == reverse("plan_page", args=[plan.pk])
    response = client.post(reverse("plan_revise", args=[plan.pk]))
    draft = Plan.objects.get(state="draft")
    assert (draft.revision, response.url) == (2, reverse("plan_edit", args=[draft.pk]))
    client.post(reverse("plan_activate", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.state == "active"


def test_an_inspector_reads_plans_and_changes_none(client):
    plan, draft = make.plan(), make.plan(active=False)
    client.force_login(make.inspector())
    assert "340 g ± 5 g" in client.get(reverse("plan_page", args=[plan.pk])).content.decode()
    assert client.get("/plans/").status_code == 200
    for url in ("/plans/new/", reverse("plan_edit", args=[draft.pk])):
        assert client.get(url).status_code == 403
    for verb in ("activate", "revise"):
        assert client.post(reverse(f"plan_{verb}", args=[draft.pk])).status_code == 403
    draft.refresh_from_db()
    assert (draft.state, Plan.objects.count()) == ("draft", 2)


def test_the_list_costs_the_same_with_1_and_20_plans_and_filters_by_state(client, manager, queries):
    make.plan()
    with queries() as one:
        client.get("/plans/")
    plans = [make.plan(active=bool(n % 2)) for n in range(20)]
    with queries(exactly=len(one)):
        client.get("/plans/")
    drafts = client.get("/plans/", {"state": "draft"}).content.decode()
    assert plans[0].product.name in drafts
    assert reverse("plan_page", args=[plans[1].pk]) not in drafts
    assert client.get("/plans/", {"state": "nonsense"}).status_code == 200
