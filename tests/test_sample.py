"""The sample shop that `./run` loads: what the README tells of it."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Role, Shop, User
from helpdesk.sample.loading import load_sample
from helpdesk.sample.story import tell
from helpdesk.sample.weeks import weekly_checks
from notices.models import Notice
from procedures.models import Procedure
from purchases.models import Customer, Lot, Product, Purchase
from quality.models import Inspection
from quality.rules.control import Chart
from quality.services.figures import figures_of
from thresholds.models import Flag, ThresholdRevision
from tickets.models import (
    CannedText,
    Goodwill,
    HelpRequest,
    Interaction,
    Macro,
    Promise,
    SavedView,
    Ticket,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_story_is_the_same_whenever_it_is_told_of_the_same_moment() -> None:
    assert tell(NOON) == tell(NOON)


def test_nothing_in_the_story_lies_in_the_future() -> None:
    story = tell(NOON)
    moments = [row["occurred_at"] for row in story.interactions]
    moments += [row["ordered_at"] for row in story.purchases]
    moments += [row["delivered_at"] for row in story.purchases if row["delivered_at"]]
    moments += [row["answered_at"] for row in story.ratings]
    moments += [row["inspected_at"] for row in story.inspections]
    moments += [row["inspected_at"] for row in weekly_checks(NOON)]
    assert max(datetime.fromisoformat(moment) for moment in moments) <= NOON


@pytest.mark.django_db
def test_the_control_chart_of_the_mugs_shows_the_weeks_when_handles_dried_too_fast() -> None:
    now = timezone.now()
    load_sample(now=now, password="tally-demo-2026")
    mug = Product.objects.get(sku="MUG-30")
    chart = figures_of(mug, now=now, zone=Shop.objects.get(pk=1).zone).chart
    assert isinstance(chart, Chart)
    assert any(point.beyond > 0 for point in chart.points[-7:])
    assert not Lot.objects.filter(number__contains="-BOX-", state="on_hold").exists()


@pytest.mark.django_db
def test_six_procedures_are_in_force_and_apply_to_reasons_of_the_shop() -> None:
    load_sample(now=timezone.now(), password="tally-demo-2026")
    live = Procedure.objects.in_force()
    assert sorted(live.values_list("title", flat=True)) == [
        "Angry caller: empathy first",
        "Call-back",
        "Damaged on arrival",
        "Late delivery",
        "Repeat defect",
        "Wrong address or invoice",
    ]
    assert not live.filter(reasons__isnull=True).exists()


@pytest.mark.django_db
def test_the_shop_has_the_size_and_the_people_the_readme_tells_of() -> None:
    load_sample(now=timezone.now(), password="tally-demo-2026")
    assert Customer.objects.count() == 400
    assert Purchase.objects.count() == 1500
    assert Product.objects.count() == 12
    assert len(set(Product.objects.values_list("category", flat=True))) == 3
    boxes = Lot.objects.filter(number__contains="-BOX-")
    assert (Lot.objects.count() - boxes.count(), boxes.count()) == (60, 270)
    assert 900 <= Interaction.objects.count() <= 1200
    assert 480 <= Inspection.objects.exclude(lot__in=boxes).count() <= 540
    for role in Role:
        person = User.objects.get(email=f"{role.value}@example.com")
        assert person.roles == [role]
        assert person.check_password("tally-demo-2026")


@pytest.mark.django_db
def test_the_mugs_made_since_the_summer_are_what_is_flagged() -> None:
    load_sample(now=timezone.now(), password="tally-demo-2026")
    assert ThresholdRevision.objects.latest("pk").kind == "learned"
    flags = Flag.objects.all()
    assert 8 <= len(flags) <= 30
    of_mugs = sum(
        flag.purchase.lines.filter(product__sku="MUG-30").exists()
        for flag in flags.select_related("purchase")
    )
    assert of_mugs >= 0.8 * len(flags)
    held = Lot.objects.filter(product__sku="MUG-30", state=Lot.State.ON_HOLD)
    assert held.count() == 2
    states = Counter(flags.values_list("state", flat=True))
    assert (states["dismissed"], states["closed"], states["acknowledged"]) == (1, 1, 2)
    assert Ticket.objects.unfinished().count() == 12
    assert Promise.objects.open().count() == 6


@pytest.mark.django_db
def test_a_shop_with_people_is_left_alone(django_user_model: type[User]) -> None:
    django_user_model.objects.create(name="Ann", name_folded="ann", email="ann@example.com")
    with pytest.raises(CommandError, match="There are people here already"):
        call_command("load_sample", password="tally-demo-2026")
    assert not Purchase.objects.exists()


@pytest.mark.django_db
def test_the_desk_has_texts_views_hours_and_somebody_who_asked() -> None:
    load_sample(now=timezone.now(), password="tally-demo-2026")
    assert CannedText.objects.filter(owner__isnull=True).count() == 3
    assert Macro.objects.get().name == "Asked for a photo"
    views = SavedView.objects.filter(shared=True).order_by("name")
    assert [view.name for view in views] == ["Nobody's yet", "Polder mugs"]
    assert HelpRequest.objects.get().answered_at is None
    assert (Goodwill.objects.get().state, Goodwill.objects.get().cost) == ("granted", 15)
    assert Ticket.objects.filter(priority=Ticket.Priority.HIGH).count() == 1
    told = Notice.objects.filter(person__name="Nadia El Amrani")
    assert {"mentioned", "help_asked"} <= set(told.values_list("kind", flat=True))
