"""The other door (rule 6): raw updates and raw rows, straight at the database, each refused by name.

What the forms and services say to the same is tested beside their pages.
"""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts.models import HistoryEntry
from accounts.services import record_history
from files.models import StoredFile
from jobs.models import Job
from purchases.models import CustomerEmail, CustomerPhone, PurchaseLine
from tests import make
from thresholds.models import (
    AsOfResult,
    CohortCount,
    ContactCount,
    Flag,
    FlagEvent,
    ProductCount,
    ReceivedCount,
    ScoreCount,
    StaleDay,
    Threshold,
)
from tickets.models import Promise, TicketEvent

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = date(2026, 11, 16)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(days=400)


def line() -> PurchaseLine:
    return make.purchase(lots=(make.lot(),)).lines.get()


def flag(**fields: Any) -> Flag:
    return Flag.objects.create(purchase=make.purchase(), threshold=5, net_when_raised=5, **fields)


def promise(**fields: Any) -> Promise:
    fields |= {"ticket": make.ticket(purchase=make.purchase()), "owner": make.agent()}
    return Promise.objects.create(what="Ring", due_at=NOW, **fields)


def stored_file() -> StoredFile:
    return StoredFile.objects.create(
        name="x.csv", content_type="text/csv", size=1, sha256="0" * 64, purpose="import"
    )


def threshold() -> Threshold:
    return Threshold.objects.get_or_create(pk=1)[0]


MADE = {
    "customer": make.customer,
    "product": make.product,
    "lot": make.lot,
    "purchase": make.purchase,
    "line": line,
    "interaction": make.interaction,
    "rating": lambda: make.rating(purchase=make.purchase()),
    "promise": promise,
    "flag": flag,
    "event": lambda: FlagEvent.objects.create(flag=flag(), kind="raised"),
    "revision": make.revision,
    "threshold": threshold,
    "stale": lambda: StaleDay.objects.create(kind="cohort", day=DAY, mark=1),
    "job": lambda: Job.objects.create(kind="x", task="x"),
    "file": stored_file,
}

# Where two names stand, both refuse it, and PostgreSQL names the first by the alphabet.
CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("customer_not_merged_into_itself", "customer", {"merged_into": F("pk")}),
    ("customer_ref_not_empty", "customer", {"ref": ""}),
    ("product_sku_not_empty", "product", {"sku": ""}),
    ("lot_number_not_empty", "lot", {"number": ""}),
    ("lot_state_known", "lot", {"state": "lost"}),
    ("lot_hold_has_reason", "lot", {"state": "on_hold", "state_reason": ""}),
    ("lot_hold_has_reason", "lot", {"state": "rejected", "state_reason": ""}),
    ("purchase_order_number_not_empty", "purchase", {"order_number": ""}),
    ("purchase_status_known", "purchase", {"status": "eaten"}),
    ("purchase_flag_state_known", "purchase", {"flag_state": "red"}),
    ("purchase_clock_fits_delivery", "purchase", {"clock_kind": "delivery"}),
    ("purchase_clock_fits_delivery", "purchase", {"delivered_at": NOW}),
    ("purchase_window_after_clock", "purchase", {"window_ends_at": EARLIER}),
    ("purchase_net_within_gross", "purchase", {"net_interactions": 1}),
    (
        "purchase_first_week_within_net",
        "purchase",
        {"first_week_net": 2, "net_interactions": 1, "gross_interactions": 1},
    ),
    ("purchase_last_score_1_to_5", "purchase", {"last_score": 6}),
    ("purchase_last_score_1_to_5", "purchase", {"last_score": 0}),
    ("line_quantity_positive", "line", {"quantity": 0}),
    ("line_price_not_negative", "line", {"unit_price": -1}),
    (
        "interaction_standing_known|interaction_counts_on_a_purchase",
        "interaction",
        {"standing": "great"},
    ),
    ("rating_score_1_to_5", "rating", {"score": 0}),
    ("rating_score_1_to_5", "rating", {"score": 6}),
    (
        "promise_state_known|promise_ended_has_moment",
        "promise",
        {"state": "vague", "ended_at": NOW},
    ),
    ("flag_state_known|flag_finished_has_moment_and_net", "flag", {"state": "red"}),
    ("flag_cause_fault_known", "flag", {"cause_fault": "magic"}),
    ("flag_acknowledged_has_owner", "flag", {"state": "acknowledged"}),
    (
        "flag_closed_is_explained",
        "flag",
        {"state": "closed", "net_when_closed": 5, "closed_at": NOW},
    ),
    (
        "flag_dismissed_has_reason",
        "flag",
        {"state": "dismissed", "net_when_closed": 5, "closed_at": NOW},
    ),
    ("flag_finished_has_moment_and_net", "flag", {"state": "moved", "net_when_closed": 5}),
    ("flag_finished_has_moment_and_net", "flag", {"state": "moved", "closed_at": NOW}),
    ("flag_finished_has_moment_and_net", "flag", {"closed_at": NOW}),
    ("flag_event_kind_known", "event", {"kind": "sneezed"}),
    ("revision_kind_known", "revision", {"kind": "guessed", "mu": 1.0, "k": 1.0}),
    ("revision_number_positive", "revision", {"number": 0}),
    ("revision_learned_has_fit", "revision", {"kind": "learned", "mu": 0.5}),
    ("revision_as_of_is_never_in_force", "revision", {"as_of": DAY, "published_at": NOW}),
    ("threshold_alpha_in_range", "threshold", {"alpha": 0.2}),
    ("threshold_alpha_in_range", "threshold", {"alpha": 0.0}),
    ("threshold_trim_in_range", "threshold", {"trim": 0.3}),
    ("threshold_floor_positive", "threshold", {"floor": 0}),
    ("threshold_start_positive", "threshold", {"starting_number": 0}),
    ("threshold_pin_has_reason", "threshold", {"pinned_number": 4}),
    ("threshold_pin_has_reason", "threshold", {"pinned_number": 4, "pinned_at": NOW}),
    ("threshold_is_one", "threshold", {"id": 2}),
    ("stale_day_kind_known", "stale", {"kind": "moon"}),
    ("job_state_known|job_finished_has_moment", "job", {"state": "lazy", "finished_at": NOW}),
    ("job_finished_has_moment", "job", {"state": "done"}),
    ("job_finished_has_moment", "job", {"finished_at": LATER}),
    ("job_finishes_after_creation", "job", {"state": "done", "finished_at": EARLIER}),
    ("job_progress_not_negative", "job", {"progress": -1}),
    ("file_purpose_known", "file", {"purpose": "art"}),
    ("file_size_not_negative", "file", {"size": -1}),
]


@pytest.mark.parametrize(("name", "row", "change"), CHANGES)
def test_the_database_refuses_what_cannot_be(name, row, change):
    made: Model = MADE[row]()
    rows = type(made)._base_manager
    if row in {"revision", "event"}:
        # A trigger refuses every change of these, so the wrong one is written anew.
        values = {f.attname: getattr(made, f.attname) for f in made._meta.concrete_fields}
        write = partial(rows.create, **values | {"id": None} | change)
    else:
        write = partial(rows.filter(pk=made.pk).update, **change)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("interaction_channel_known", {"channel": "pigeon"}),
        ("interaction_direction_known", {"direction": "up"}),
        ("interaction_outcome_known", {"outcome": "magic"}),
    ],
)
def test_a_contact_of_no_known_kind_is_not_written(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make.interaction(**change)


def test_a_contact_does_not_correct_itself():
    made = make.interaction()
    named = "interaction_not_its_own_correction|frozen|interaction_"
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        type(made)._base_manager.filter(pk=made.pk).update(corrects=made.pk)


@pytest.mark.parametrize(
    ("name", "row", "change"),
    [
        ("ticket_event_is_append_only", "ticket event", {"note": "Never happened."}),
        ("interaction_stays_superseded", "superseded", {"superseded_at": None, "standing": "net"}),
    ],
)
def test_what_was_written_down_stays(name, row, change):
    purchase = make.purchase()
    if row == "superseded":
        made: Model = make.interaction(purchase=purchase, superseded_at=NOW, standing="superseded")
    else:
        made = TicketEvent.objects.create(kind="opened", purchase=purchase, note="By phone.")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(made)._base_manager.filter(pk=made.pk).update(**change)


@pytest.mark.parametrize(
    ("name", "model"), [("ticket_event_is_kept", TicketEvent), ("history_is_kept", HistoryEntry)]
)
def test_history_is_not_deleted(name, model):
    if model is TicketEvent:
        TicketEvent.objects.create(kind="opened", purchase=make.purchase())
    else:
        record_history(subject=make.customer(), verb="changed", actor=None)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model._base_manager.all().delete()
    assert model._base_manager.count() == 1


def email() -> CustomerEmail:
    return CustomerEmail.objects.create(
        customer=make.customer(), address="a@example.com", address_folded="a@example.com"
    )


def phone() -> CustomerPhone:
    return CustomerPhone.objects.create(
        customer=make.customer(), number="+32", typed="+32", digits_reversed="23"
    )


def line_without_lot() -> PurchaseLine:
    return make.purchase(products=(make.product(),)).lines.get()


TWICE = {
    "customer_email_once": email,
    "customer_phone_once": phone,
    "lot_once_per_product": make.lot,
    "line_once_with_lot": line,
    "line_once_without_lot": line_without_lot,
    "flag_one_unfinished_per_purchase": flag,
    "ticket_one_unfinished_per_purchase": lambda: make.ticket(purchase=make.purchase()),
    "interaction_once_per_form": lambda: make.interaction(form_key="one form"),
    "promise_once_per_form": lambda: promise(form_key="one form"),
    "stale_day_once": MADE["stale"],
    "cohort_count_once": lambda: CohortCount.objects.create(day=DAY, net=1, purchases=1),
    "product_count_once": lambda: ProductCount.objects.create(
        day=DAY, product=make.product(), purchases=1, net=1
    ),
    "received_count_once": lambda: ReceivedCount.objects.create(
        day=DAY, channel="phone", direction="inbound", received=1
    ),
    "contact_count_once": lambda: ContactCount.objects.create(
        day=DAY, net=1, repeats=0, firsts=1, firsts_resolved=1
    ),
    "score_count_once": lambda: ScoreCount.objects.create(day=DAY, score=5, ratings=1),
    "as_of_result_once": lambda: AsOfResult.objects.create(
        revision=make.revision(), purchase=make.purchase(), net=5
    ),
}


@pytest.mark.parametrize("name", list(TWICE))
def test_the_database_keeps_one_of_each(name):
    covering = name in {"cohort_count_once", "product_count_once"}
    if covering and not connection.features.supports_covering_indexes:
        pytest.skip("a unique constraint with further columns is not made on SQLite")
    made: Model = TWICE[name]()
    again = type(made)(
        **{
            field.attname: getattr(made, field.attname)
            for field in made._meta.concrete_fields
            if not field.primary_key
        }
    )
    # SQLite names the columns of a unique index, PostgreSQL the index.
    named = name if connection.vendor == "postgresql" else "UNIQUE"
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        again.save(force_insert=True)
    assert type(made)._base_manager.count() == 1
