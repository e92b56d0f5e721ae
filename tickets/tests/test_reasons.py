import pytest
from django.db import IntegrityError, transaction

from accounts.models import HistoryEntry
from purchases.models import EvaluationMark, Purchase
from tests import make
from tickets.models import Fault, Reason
from tickets.services import reasons
from tickets.services.reasons import is_used, move_reason
from tickets.starter import plant_starter_reasons

pytestmark = pytest.mark.django_db
REASONS = "/settings/reasons/"


@pytest.fixture
def as_admin(client):
    client.force_login(make.admin(name="Nadia El Amrani"))
    return client


def posted(leaf, **changes):
    values = {
        "version": leaf.version,
        "name": leaf.name,
        "parent": leaf.parent_id,
        "fault": leaf.fault,
        "owner": leaf.owner_id or "",
    }
    if leaf.counts:
        values["counts"] = "on"
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


def names(group="Goods"):
    return [leaf.name for leaf in Reason.objects.leaves().filter(parent__name=group)]


def test_a_shop_starts_with_eighteen_reasons_in_six_groups():
    assert plant_starter_reasons(actor=None) == 18
    groups = Reason.objects.tree()
    assert [group.name for group in groups] == [
        "Goods",
        "Delivery",
        "Information",
        "Promise",
        "Procedure",
        "No fault",
    ]
    assert [len(group.branch) for group in groups] == [3] * 6
    not_counting = Reason.objects.leaves().filter(counts=False)
    assert sorted(leaf.name for leaf in not_counting) == ["Compliment", "New order"]


def test_the_starter_tree_is_planted_once():
    plant_starter_reasons(actor=None)
    assert plant_starter_reasons(actor=None) == 0
    assert Reason.objects.leaves().count() == 18


def test_the_page_shows_the_whole_tree(as_admin):
    plant_starter_reasons(actor=None)
    page = as_admin.get(REASONS).content.decode()
    assert "Cracked or broken" in page
    assert "does not count" in page


def test_without_reasons_the_page_says_where_to_start(as_admin):
    assert "No reasons yet" in as_admin.get(REASONS).content.decode()


def test_a_group_and_a_reason_are_added_at_the_end(as_admin):
    make.reason(name="Cracked")
    assert as_admin.post(f"{REASONS}groups/new/", {"name": "Delivery"})["Location"] == REASONS
    group = Reason.objects.get(name="Delivery")
    assert (group.position, group.fault) == (1, "")
    goods = Reason.objects.get(name="Goods")
    new = {"name": "Wrong colour", "parent": goods.pk, "fault": "goods", "counts": "on"}
    as_admin.post(f"{REASONS}new/", new)
    leaf = Reason.objects.get(name="Wrong colour")
    assert (leaf.parent, leaf.fault, leaf.counts, leaf.position) == (goods, Fault.GOODS, True, 1)
    assert HistoryEntry.objects.about(leaf).get().verb == "created"


def test_a_name_stands_once_in_its_group_in_whatever_case(as_admin):
    leaf = make.reason(name="Cracked")
    new = {"name": "cracked", "parent": leaf.parent_id, "fault": "goods"}
    assert "has this name" in as_admin.post(f"{REASONS}new/", new).content.decode()
    assert (
        "has this name"
        in as_admin.post(f"{REASONS}groups/new/", {"name": "goods"}).content.decode()
    )
    assert Reason.objects.count() == 2


def test_a_reason_names_a_fault(as_admin):
    leaf = make.reason()
    response = as_admin.post(f"{REASONS}new/", {"name": "X", "parent": leaf.parent_id})
    assert "This field is required" in response.content.decode()
    assert not Reason.objects.filter(name="X").exists()


def test_name_group_fault_and_owner_are_changed_with_history(as_admin):
    leaf, owner = make.reason(name="Late"), make.agent(name="Bram")
    delivery = Reason.objects.create(name="Delivery", position=1)
    changes = {"parent": delivery.pk, "fault": "delivery", "owner": owner.pk}
    as_admin.post(f"{REASONS}{leaf.pk}/", posted(leaf, **changes))
    leaf.refresh_from_db()
    assert (leaf.parent, leaf.fault, leaf.owner) == (delivery, Fault.DELIVERY, owner)
    assert HistoryEntry.objects.about(leaf).get().changes == {
        "parent": ["Goods", "Delivery"],
        "fault": ["goods", "delivery"],
        "owner": [None, "Bram"],
    }


def test_an_old_page_changes_nothing(as_admin):
    leaf = make.reason(name="Late")
    old = posted(leaf, name="Too late")
    as_admin.post(f"{REASONS}{leaf.pk}/", posted(leaf, fault="delivery"))
    response = as_admin.post(f"{REASONS}{leaf.pk}/", old)
    assert "Nadia El Amrani changed this at" in response.content.decode()
    leaf.refresh_from_db()
    assert leaf.name == "Late"


def test_a_changed_counts_has_its_purchases_judged_again(as_admin):
    leaf, other = make.reason(), make.reason()
    touched = [make.purchase() for _n in range(3)]
    for purchase in touched:
        make.interaction(purchase=purchase, reason=leaf)
        make.interaction(purchase=purchase, reason=leaf)
    untouched = make.purchase()
    make.interaction(purchase=untouched, reason=other)
    make.interaction(reason=leaf)
    EvaluationMark.objects.all().delete()
    response = as_admin.post(f"{REASONS}{leaf.pk}/", posted(leaf, counts=None), follow=True)
    assert "3 purchases are counted again" in response.content.decode()
    marked = Purchase.objects.marked()
    assert set(marked) == set(touched)


def test_a_new_name_judges_nothing_again(as_admin):
    leaf = make.reason()
    make.interaction(purchase=make.purchase(), reason=leaf)
    EvaluationMark.objects.all().delete()
    as_admin.post(f"{REASONS}{leaf.pk}/", posted(leaf, name="Other"))
    assert not EvaluationMark.objects.exists()


def test_very_many_purchases_are_left_to_the_worker(as_admin, monkeypatch):
    monkeypatch.setattr(reasons, "MARK_AT_ONCE", 1)
    leaf, shop = make.reason(), make.shop()
    for _n in range(2):
        make.interaction(purchase=make.purchase(), reason=leaf)
    EvaluationMark.objects.all().delete()
    response = as_admin.post(f"{REASONS}{leaf.pk}/", posted(leaf, counts=None), follow=True)
    assert "2 purchases are counted again" in response.content.decode()
    shop.refresh_from_db()
    assert shop.counting_changed_at is not None


def test_reasons_change_places(as_admin):
    for name in ("a", "b", "c"):
        make.reason(name=name)
    leaf = Reason.objects.get(name="b")
    as_admin.post(f"{REASONS}{leaf.pk}/move/", {"down": "1"})
    assert names() == ["a", "c", "b"]
    as_admin.post(f"{REASONS}{leaf.pk}/move/")
    as_admin.post(f"{REASONS}{leaf.pk}/move/")
    assert names() == ["b", "a", "c"]


def test_the_first_cannot_move_up_nor_the_last_down():
    admin = make.admin()
    first, last = make.reason(name="a"), make.reason(name="b")
    assert not move_reason(reason=first, up=True, actor=admin)
    assert not move_reason(reason=last, up=False, actor=admin)
    assert names() == ["a", "b"]


def test_a_retired_reason_is_kept_and_can_be_taken_back(as_admin):
    leaf = make.reason()
    make.interaction(purchase=make.purchase(), reason=leaf)
    as_admin.post(f"{REASONS}{leaf.pk}/retire/")
    assert not Reason.objects.in_use().filter(pk=leaf.pk).exists()
    as_admin.post(f"{REASONS}{leaf.pk}/restore/")
    assert Reason.objects.in_use().filter(pk=leaf.pk).exists()


def test_a_group_with_reasons_in_use_is_not_retired(as_admin):
    leaf = make.reason()
    response = as_admin.post(f"{REASONS}{leaf.parent_id}/retire/", follow=True)
    assert "still has reasons in use" in response.content.decode()
    as_admin.post(f"{REASONS}{leaf.pk}/retire/")
    as_admin.post(f"{REASONS}{leaf.parent_id}/retire/")
    assert Reason.objects.in_use().count() == 0
    as_admin.post(f"{REASONS}{leaf.pk}/restore/")
    assert Reason.objects.in_use().count() == 2


def test_a_reason_never_used_is_deleted(as_admin):
    leaf = make.reason()
    as_admin.post(f"{REASONS}{leaf.pk}/delete/")
    assert not Reason.objects.filter(pk=leaf.pk).exists()


@pytest.mark.parametrize("use", ["contact", "ticket"])
def test_a_used_reason_is_not_deleted(as_admin, use):
    leaf = make.reason()
    if use == "contact":
        make.interaction(reason=leaf)
    else:
        make.ticket(purchase=make.purchase(), reason=leaf)
    response = as_admin.post(f"{REASONS}{leaf.pk}/delete/", follow=True)
    assert "Retire it instead" in response.content.decode()
    assert Reason.objects.filter(pk=leaf.pk).exists()


def test_a_group_with_reasons_is_used():
    leaf = make.reason()
    assert is_used(leaf.parent)
    assert not is_used(leaf)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"fault": ""}, "reason_leaf_names_fault"),
        ({"fault": "magic"}, "reason_leaf_names_fault"),
        ({"parent": None}, "reason_leaf_names_fault"),
    ],
)
def test_the_database_refuses_a_reason_that_cannot_be(fields, name):
    leaf = make.reason()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Reason.objects.filter(pk=leaf.pk).update(**fields)


def test_the_database_refuses_a_reason_below_itself():
    leaf = make.reason()
    with pytest.raises(IntegrityError, match="reason_not_its_own_parent"), transaction.atomic():
        Reason.objects.filter(pk=leaf.pk).update(parent=leaf.pk)


def test_the_database_keeps_names_apart():
    leaf = make.reason(name="Late")
    with pytest.raises(IntegrityError), transaction.atomic():  # reason_name_once_in_group
        Reason.objects.create(parent=leaf.parent, name="Late", fault="goods")
    with pytest.raises(IntegrityError), transaction.atomic():  # reason_group_name_once
        Reason.objects.create(name="Goods")


def test_twenty_reasons_cost_as_many_queries_as_one(as_admin, queries):
    make.reason()
    as_admin.get(REASONS)
    with queries() as for_one:
        as_admin.get(REASONS)
    for _n in range(19):
        make.reason(owner=make.agent())
    with queries(exactly=len(for_one)):
        as_admin.get(REASONS)
