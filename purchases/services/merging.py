"""Two rows of one customer become one, in the tables of this room; tickets asks for it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record_history
from purchases.models import Customer, CustomerEmail, CustomerPhone, DuplicatePair, Purchase
from purchases.services.marks import locked

# What the surviving row takes over where it says nothing itself; the address is one thing.
FILLED: tuple[tuple[str, ...], ...] = (
    ("name", "name_folded", "last_first_folded"),
    ("language",),
    ("note",),
    ("street", "postcode", "city", "country"),
)
Moved = dict[str, Any]


@transaction.atomic
def fold_customer(*, customer: Customer, into: Customer, actor: User) -> Moved:
    """Give the purchases, addresses and numbers of one customer to another; returns what moved.

    ``customer`` keeps its number, which leads to the other from now on. Raises ValidationError:
    the same one, or one of them was merged already.
    """
    rows = lock_customers(customer.pk, into.pk)
    old, new = rows.get(customer.pk), rows.get(into.pk)
    if old is None or new is None:
        raise ValidationError({"into": _("There is no such customer. Find them again.")})
    if old.pk == new.pk:
        raise ValidationError({"into": _("This is the customer itself: choose the other one.")})
    if old.merged_into_id is not None or new.merged_into_id is not None:
        raise ValidationError(_("One of them was merged meanwhile. Open the customer again."))
    purchases = locked(list(Purchase.objects.filter(customer=old).values_list("pk", flat=True)))
    Purchase.objects.filter(pk__in=purchases).update(customer=new, version=F("version") + 1)
    moved: Moved = {"purchases": purchases, "filled": _filled(old, new)}
    for name, model, column in (
        ("emails", CustomerEmail, "address_folded"),
        ("phones", CustomerPhone, "number"),
    ):
        there = list(model._default_manager.filter(customer=new).values_list(column, flat=True))
        rest = model._default_manager.filter(customer=old).exclude(**{f"{column}__in": there})
        moved[name] = list(rest.order_by("pk").values_list("pk", flat=True))
        model._default_manager.filter(pk__in=moved[name]).update(customer=new)
    _write(old, {"merged_into": new})
    _write(new, moved["filled"])
    named = Q(first=old) | Q(second=old)
    DuplicatePair.objects.waiting().filter(named).delete()
    record_history(subject=old, verb="merged", actor=actor, changes={"merged_into": (None, new)})
    record_history(subject=new, verb="took over", actor=actor, note=str(old))
    return moved


@transaction.atomic
def unfold_customer(
    *, customer: Customer, into: Customer, moved: Mapping[str, Any], actor: User
) -> list[int]:
    """Give back what ``fold_customer`` moved; returns the purchases that went back.

    What somebody has given to a third customer since, or taken away, stays as they left it.
    Raises ValidationError when the surviving customer was merged into another since.
    """
    rows = lock_customers(customer.pk, into.pk)
    old, new = rows[customer.pk], rows[into.pk]
    if new.merged_into_id is not None:
        raise ValidationError(
            _("%(name)s was merged into another customer since. Undo that first.") % {"name": new}
        )
    there = Purchase.objects.filter(pk__in=moved["purchases"], customer=new)
    purchases = locked(list(there.values_list("pk", flat=True)))
    Purchase.objects.filter(pk__in=purchases).update(customer=old, version=F("version") + 1)
    for name, model in (("emails", CustomerEmail), ("phones", CustomerPhone)):
        model._default_manager.filter(pk__in=moved[name], customer=new).update(customer=old)
    _write(old, {"merged_into": None})
    same = all(getattr(new, column) == value for column, value in moved["filled"].items())
    _write(new, dict.fromkeys(moved["filled"], "") if same else {})
    record_history(subject=old, verb="unmerged", actor=actor, changes={"merged_into": (new, None)})
    record_history(subject=new, verb="gave back", actor=actor, note=str(old))
    return purchases


def lock_customers(*keys: int) -> dict[int, Customer]:
    """The rows under lock, in the order of their keys."""
    rows = Customer.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def _filled(old: Customer, new: Customer) -> dict[str, str]:
    """What the surviving row says nothing about and the other one does."""
    found: dict[str, str] = {}
    for columns in FILLED:
        if not any(getattr(new, column) for column in columns):
            found |= {column: getattr(old, column) for column in columns if getattr(old, column)}
    return found


def _write(row: Customer, values: Mapping[str, Any]) -> None:
    """Change a locked row; it is compared with the others again."""
    Customer.objects.filter(pk=row.pk).update(**values, compared_at=None, version=F("version") + 1)
