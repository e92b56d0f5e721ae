"""The managers' queue, the page of a flag and the card on the purchase, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests import make
from thresholds.models import Flag, FlagEvent
from thresholds.services.flags import acknowledge_flag, explain_flag
from thresholds.tests.history import bought, flag_of, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> User:
    made: User = make.manager(name="Nadia El Amrani")
    client.force_login(made)
    return made


def flagged(**fields: Any) -> Flag:
    purchase = bought(contacts=fields.pop("contacts", 5), **fields)
    judge(purchase)
    return flag_of(purchase)


def told(flag: Flag, owner: User, **changes: Any) -> dict[str, Any]:
    return {
        "version": flag.version,
        "owner": owner.pk,
        "cause_fault": "goods",
        "cause_text": "Handle joint dries too fast",
        "action_text": "Slow-drying rack",
        "action_due": "2030-01-31",
    } | changes


def post(client: Client, flag: Flag, name: str = "flag_page", **data: Any) -> Any:
    return client.post(reverse(name, args=[flag.pk]), data)


def test_the_queue_shows_open_flags_with_tally_owner_and_age(client: Client, boss: User) -> None:
    flag = flagged(order_number="A-24655", contacts=7)

    page = client.get(reverse("flag_list")).content.decode()

    assert "A-24655" in page
    assert "7 counted contacts, at or over the threshold of 5" in page
    assert reverse("flag_page", args=[flag.pk]) in page
    assert "nobody" in page
    assert "40 d" in page


def test_each_state_has_its_tab_and_an_unknown_one_is_open(client: Client, boss: User) -> None:
    flag, other = flagged(order_number="A-1001"), flagged(order_number="A-1002")
    post(client, flag, "flag_acknowledge", version=1)

    def listed(query: str) -> list[str]:
        page = client.get(reverse("flag_list") + query).content.decode()
        return [order for order in ("A-1001", "A-1002") if order in page]

    assert listed("?state=open") == ["A-1002"]
    assert listed("?state=acknowledged") == ["A-1001"]
    assert listed("?state=closed") == []
    assert listed("?state=nonsense") == ["A-1002"]
    assert listed("?state=open&newly=1") == []
    Flag.objects.filter(pk=other.pk).update(newly_over_the_line=True)
    assert listed("?state=open&newly=1") == ["A-1002"]


def test_the_queue_filters_by_owner_and_fault_and_tells_what_it_cannot_read(
    client: Client, boss: User
) -> None:
    mine, nobodys = flagged(order_number="A-1001"), flagged(order_number="A-1002")
    post(client, mine, **told(mine, boss))
    assert nobodys.owner is None

    def page(query: str) -> str:
        return str(client.get(reverse("flag_list") + query).content.decode())

    assert "A-1001" in page(f"?state=acknowledged&owner={boss.pk}")
    assert "A-1001" not in page("?state=acknowledged&owner=nobody")
    assert "A-1002" in page("?owner=nobody")
    assert "A-1001" in page("?state=acknowledged&fault=goods")
    assert "A-1001" not in page("?state=acknowledged&fault=delivery")
    assert "Nobody here has this key" in page("?owner=4711")
    assert "Nobody here has this key" in page("?owner=x")


@pytest.mark.parametrize("query", ["?state=open", "?state=open&sort=net", "?state=closed"])
def test_the_queue_costs_the_same_for_one_flag_and_for_twenty(
    client: Client, boss: User, queries: Any, query: str
) -> None:
    def end() -> None:
        if "closed" in query:
            Flag.objects.unfinished().update(
                state="closed",
                net_when_closed=5,
                closed_at=timezone.now(),
                owner=boss,
                cause_fault="goods",
                cause_text="x",
                action_text="y",
            )

    flagged()
    end()
    client.get(reverse("flag_list") + query)
    with queries() as for_one:
        client.get(reverse("flag_list") + query)
    for _ in range(19):
        flagged()
    end()
    with queries(exactly=len(for_one)):
        page = client.get(reverse("flag_list") + query)
    assert page.content.decode().count("data-row-link") == 20
    assert len(for_one) <= 9


def test_the_queue_pages_by_key(client: Client, boss: User) -> None:
    customer = make.customer()
    purchases = [bought(contacts=5, customer=customer) for _ in range(51)]
    judge(*purchases)

    first = client.get(reverse("flag_list"))
    page = first.context["page"]
    second = client.get(reverse("flag_list") + page.next_query)

    keys = [flag.pk for flag in (*page.items, *second.context["page"].items)]
    assert keys == sorted(keys, reverse=True)
    assert len(keys) == 51


def test_a_flag_shows_its_evidence_numbered_and_the_run_that_raised_it(
    client: Client, boss: User
) -> None:
    flag = flagged(contacts=6, order_number="A-24655")

    page = client.get(reverse("flag_page", args=[flag.pk]))

    assert [(row.place, row.over) for row in page.context["evidence"]] == [
        (6, True),
        (5, True),
        (4, False),
        (3, False),
        (2, False),
        (1, False),
    ]
    text = page.content.decode()
    assert "6 contacts; the number was 5" in text
    assert "the starting number" in text
    assert page.context["form"].initial["owner"] == boss


def test_the_page_of_a_flag_costs_few_queries(client: Client, boss: User, queries: Any) -> None:
    flag = flagged(contacts=6)
    client.get(reverse("flag_page", args=[flag.pk]))

    with queries(at_most=9):
        client.get(reverse("flag_page", args=[flag.pk]))


def test_taking_a_flag_on_makes_it_acknowledged(client: Client, boss: User) -> None:
    flag = flagged()

    answer = post(client, flag, "flag_acknowledge", version=flag.version)

    assert answer.url == reverse("flag_page", args=[flag.pk])
    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.version) == ("acknowledged", boss, 2)
    assert flag.acknowledged_at is not None
    flag.purchase.refresh_from_db()
    assert flag.purchase.flag_state == "acknowledged"
    event = FlagEvent.objects.latest("pk")
    assert (event.kind, event.actor) == ("acknowledged", boss)
    assert event.changes == {
        "state": ["open", "acknowledged"],
        "owner": [None, "Nadia El Amrani"],
    }


def test_explaining_a_flag_keeps_cause_action_and_owner_with_history(
    client: Client, boss: User
) -> None:
    flag = flagged()
    helper = make.manager(name="Joris Claes")

    post(client, flag, **told(flag, helper))

    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.cause_fault) == ("acknowledged", helper, "goods")
    assert (flag.cause_text, flag.action_text) == (
        "Handle joint dries too fast",
        "Slow-drying rack",
    )
    assert flag.action_due is not None
    page = client.get(reverse("flag_page", args=[flag.pk])).content.decode()
    assert "<ins>Goods</ins>" in page
    assert "<ins>Joris Claes</ins>" in page
    assert FlagEvent.objects.filter(kind="explained").count() == 1

    post(client, flag, **told(flag, helper))
    assert FlagEvent.objects.filter(kind="explained").count() == 1


def test_saving_and_closing_goes_together(client: Client, boss: User) -> None:
    flag = flagged(contacts=6)

    post(client, flag, **told(flag, boss, then="close"))

    flag.refresh_from_db()
    assert (flag.state, flag.net_when_closed, flag.closed_by) == ("closed", 6, boss)
    assert flag.closed_at is not None
    flag.purchase.refresh_from_db()
    assert flag.purchase.flag_state == "closed"
    kinds = list(FlagEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["raised", "explained", "closed"]
    assert "It is raised again if the count exceeds 6" in (
        client.get(reverse("flag_page", args=[flag.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("left_out", "named"),
    [("cause_fault", "fault"), ("cause_text", "cause"), ("action_text", "action")],
)
def test_closing_names_what_is_missing_and_changes_nothing(
    client: Client, boss: User, left_out: str, named: str
) -> None:
    flag = flagged()

    page = post(client, flag, **told(flag, boss, then="close", **{left_out: ""}))

    assert f"Still missing: {named}" in page.content.decode()
    flag.refresh_from_db()
    assert (flag.state, flag.version, flag.cause_text, flag.owner) == ("open", 1, "", None)
    assert FlagEvent.objects.count() == 1


def test_closing_an_explained_flag_takes_one_button(client: Client, boss: User) -> None:
    flag = flagged()
    post(client, flag, **told(flag, boss))
    flag.refresh_from_db()

    post(client, flag, "flag_close", version=flag.version)

    flag.refresh_from_db()
    assert flag.state == "closed"


def test_dismissing_needs_a_reason(client: Client, boss: User) -> None:
    flag = flagged()

    page = post(client, flag, "flag_dismiss", version=1, note="  ")
    assert page.status_code == 200
    flag.refresh_from_db()
    assert flag.state == "open"

    post(client, flag, "flag_dismiss", version=1, note="Three gifts, three questions")
    flag.refresh_from_db()
    assert (flag.state, flag.close_note) == ("dismissed", "Three gifts, three questions")
    flag.purchase.refresh_from_db()
    assert flag.purchase.flag_state == "dismissed"


def test_two_managers_at_once_the_second_is_told_who_came_first(client: Client, boss: User) -> None:
    flag = flagged()
    post(client, flag, **told(flag, boss))

    page = post(client, flag, **told(flag, boss, cause_text="Mine"))

    assert "Nadia El Amrani changed this flag while you were looking" in page.content.decode()
    flag.refresh_from_db()
    assert flag.cause_text == "Handle joint dries too fast"
    for name in ("flag_close", "flag_acknowledge", "flag_dismiss"):
        answer = post(client, flag, name, version=1, note="x")
        assert answer.status_code == 302
    flag.refresh_from_db()
    assert flag.state == "acknowledged"


def test_an_ended_flag_cannot_be_changed(client: Client, boss: User) -> None:
    flag = flagged()
    post(client, flag, "flag_dismiss", version=1, note="A rehearsal")
    flag.refresh_from_db()

    post(client, flag, **told(flag, boss, version=flag.version))
    post(client, flag, "flag_acknowledge", version=flag.version)

    flag.refresh_from_db()
    assert (flag.state, flag.cause_text) == ("dismissed", "")
    page = client.get(reverse("flag_page", args=[flag.pk])).content.decode()
    for name in ("flag_page", "flag_dismiss", "flag_acknowledge"):
        assert f'action="{reverse(name, args=[flag.pk])}"' not in page


def test_a_flag_raised_again_links_to_the_one_before(client: Client, boss: User) -> None:
    first = flagged()
    post(client, first, "flag_dismiss", version=1, note="A rehearsal")
    make.interaction(purchase=first.purchase, occurred_at=timezone.now() - timedelta(days=1))
    judge(first.purchase)
    second = flag_of(first.purchase)

    page = client.get(reverse("flag_page", args=[second.pk])).content.decode()
    assert "an earlier flag on this purchase ended with 5" in page
    assert reverse("flag_page", args=[first.pk]) in page
    earlier = client.get(reverse("flag_page", args=[first.pk])).content.decode()
    assert "It was raised again since" in earlier


def test_the_card_of_a_purchase_shows_its_newest_flag_to_agents_without_a_link(
    client: Client,
) -> None:
    flag = flagged(contacts=6)
    client.force_login(make.agent())
    address = reverse("flag_fragment", args=[flag.purchase_id])

    card = client.get(address, headers={"hx-request": "true"}).content.decode()
    page = client.get(address).content.decode()

    assert "with 6, number 5" in card
    assert "<html" not in card
    assert reverse("flag_page", args=[flag.pk]) not in card
    assert "<html" in page
    assert "with 6, number 5" in page


def test_the_card_of_a_purchase_without_a_flag_says_so(client: Client, boss: User) -> None:
    purchase = bought(contacts=1)

    page = client.get(reverse("flag_fragment", args=[purchase.pk])).content.decode()

    assert "Not flagged" in page


def test_a_purchase_or_flag_that_is_not_there_is_not_found(client: Client, boss: User) -> None:
    make.shop()
    for name in ("flag_fragment", "flag_page"):
        assert client.get(reverse(name, args=[4711])).status_code == 404


def test_only_those_who_can_open_a_flag_may_look_after_it(client: Client, boss: User) -> None:
    flag, lotte = flagged(), make.agent(name="Lotte Maes")
    page = client.get(reverse("flag_page", args=[flag.pk])).content.decode()
    assert f'<option value="{boss.pk}"' in page
    assert f'<option value="{lotte.pk}"' not in page
    refused = post(client, flag, **told(flag, lotte))
    assert "owner" in refused.context["form"].errors
    for take_on in (
        lambda: acknowledge_flag(flag=flag, owner=lotte, actor=boss, version=flag.version),
        lambda: explain_flag(flag=flag, owner=lotte, actor=boss, version=flag.version),
    ):
        with pytest.raises(ValidationError, match="Lotte Maes cannot open flags"):
            take_on()
    flag.refresh_from_db()
    assert (flag.owner, flag.state) == (None, "open")
