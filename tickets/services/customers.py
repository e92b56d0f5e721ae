"""Two customers who are one: their tickets and contacts follow what the purchases room moves."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from purchases.models import Customer
from purchases.services import fold_customer, unfold_customer
from tickets.models import CustomerMerge, Interaction, Ticket, TicketEvent
from tickets.services.events import event

Kind = TicketEvent.Kind


@transaction.atomic
def merge_customers(*, customer: Customer, into: Customer, actor: User) -> CustomerMerge:
    """Give all that one customer has to another; what was counted stays where it counts.

    Asked twice it answers with the merge that stands. Raises ValidationError: the same one, or one
    of them was merged into another meanwhile.
    """
    there = CustomerMerge.objects.standing().filter(merged=customer, into=into).first()
    if there is not None:
        return there
    # The purchases first: whoever logs on one of them takes turns with this.
    moved = fold_customer(customer=customer, into=into, actor=actor)
    for name, model in (("tickets", Ticket), ("contacts", Interaction)):
        rows = model._default_manager.filter(customer=customer)
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
    _give(moved["tickets"], moved["contacts"], customer, into, actor=actor)
    return CustomerMerge.objects.create(
        merged_id=customer.pk, into_id=into.pk, moved=moved, actor=actor
    )


@transaction.atomic
def undo_customer_merge(*, merge: CustomerMerge, actor: User) -> CustomerMerge:
    """Give back exactly what moved, with what came to those purchases since. Safe twice.

    Raises ValidationError when the surviving customer was merged into another since.
    """
    fresh = CustomerMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if fresh.undone_at is not None:
        return fresh
    old, new = Customer(pk=fresh.merged_id), Customer(pk=fresh.into_id)
    purchases = unfold_customer(customer=old, into=new, moved=fresh.moved, actor=actor)
    keys = {}
    for name, model in (("tickets", Ticket), ("contacts", Interaction)):
        rows = model._default_manager.filter(customer=new)
        here = rows.filter(pk__in=fresh.moved[name], purchase__isnull=True)
        keys[name] = [
            *here.values_list("pk", flat=True),
            *rows.filter(purchase__in=purchases).values_list("pk", flat=True),
        ]
    _give(keys["tickets"], keys["contacts"], new, old, actor=actor)
    fresh.undone_at, fresh.undone_by = timezone.now(), actor
    fresh.save(update_fields=["undone_at", "undone_by"])
    return fresh


def _give(
    tickets: list[int], contacts: list[int], old: Customer, new: Customer, *, actor: User
) -> None:
    """Write whose they are now, each with its history; nothing is counted anew."""
    Ticket.objects.filter(pk__in=tickets).update(customer=new.pk)
    Interaction.objects.filter(pk__in=contacts).update(customer=new.pk)
    names = dict(Customer.objects.filter(pk__in=[old.pk, new.pk]).values_list("pk", "name"))
    changes = {"customer": (names[old.pk] or old.pk, names[new.pk] or new.pk)}
    TicketEvent.objects.bulk_create(
        [
            *(event(Kind.CHANGED, actor=actor, ticket_id=key, changes=changes) for key in tickets),
            *(
                event(Kind.MOVED, actor=actor, interaction_id=key, changes=changes)
                for key in contacts
            ),
        ]
    )
