"""The reason tree: groups, leaves, their order, and what becomes of those no longer wanted."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import changes_of, note_counting_changed, record_history, save_version
from purchases.services import mark_for_evaluation
from tickets.models import Fault, Interaction, Reason, Ticket

# Up to so many purchases are marked in the request itself; beyond it a worker counts all again.
MARK_AT_ONCE = 20_000


@transaction.atomic
def add_reason(
    *,
    actor: User,
    name: str,
    parent: Reason | None = None,
    fault: str = "",
    owner: User | None = None,
    counts: bool = True,
) -> Reason:
    """A new leaf at the end of its group, or a new group when ``parent`` is None.

    Raises ValidationError when a sibling has the name, or a leaf names no fault.
    """
    refuse_impossible(name=name, parent=parent, fault=fault, reason=None)
    last = Reason.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    reason = Reason.objects.create(
        parent=parent,
        name=name,
        fault=fault if parent else "",
        owner=owner,
        counts=counts,
        position=0 if last is None else last + 1,
    )
    told = {"name": name, "parent": parent, "fault": reason.fault, "owner": owner, "counts": counts}
    changes = {field: (None, value) for field, value in told.items() if value not in {None, ""}}
    record_history(subject=reason, verb="created", actor=actor, changes=changes, note=reason.name)
    return reason


@transaction.atomic
def edit_reason(*, reason: Reason, version: int, values: Mapping[str, object], actor: User) -> int:
    """Change a reason; returns how many purchases wait to be judged again for it.

    ``values`` are name, parent, fault, owner and counts of a leaf, or the name of a group. A
    changed *counts* changes what every contact with this reason is worth, and a changed group which
    first ones were the last about it, so their purchases are marked (METHOD 1). Raises ValidationError: stale ``version``, a sibling has the name.
    """
    changes = changes_of(reason, values)
    if not changes:
        return 0
    parent = values.get("parent", reason.parent)
    refuse_impossible(
        name=str(values.get("name", reason.name)),
        parent=parent if isinstance(parent, Reason) else None,
        fault=str(values.get("fault", reason.fault)),
        reason=reason,
    )
    save_version(reason, version=version, values=values)
    record_history(subject=reason, verb="changed", actor=actor, changes=changes, note=reason.name)
    return mark_purchases_of(reason) if {"counts", "parent"} & set(changes) else 0


def mark_purchases_of(reason: Reason) -> int:
    """Have every purchase with a contact for this reason counted and judged again."""
    contacts = Interaction.objects.filter(reason=reason, purchase__isnull=False).order_by()
    ids = list(contacts.values_list("purchase_id", flat=True).distinct()[: MARK_AT_ONCE + 1])
    if len(ids) > MARK_AT_ONCE:
        note_counting_changed()
        return contacts.values("purchase_id").distinct().count()
    return mark_for_evaluation(purchase_ids=ids)


def refuse_impossible(
    *, name: str, parent: Reason | None, fault: str, reason: Reason | None
) -> None:
    """Raises ValidationError beside the field: a sibling's name, a leaf without a fault."""
    siblings = Reason.objects.filter(parent=parent)
    if name.casefold() in {other.name.casefold() for other in siblings if other != reason}:
        raise ValidationError(
            {"name": _("Another one here has this name. Choose a different one, or restore that.")}
        )
    if parent is not None and fault not in Fault.values:
        raise ValidationError({"fault": _("Say what was wrong, or that nothing was.")})


@transaction.atomic
def move_reason(*, reason: Reason, up: bool, actor: User) -> bool:
    """Let a reason change places with its neighbour; False at the end of the row."""
    parent_lock = Reason.objects.select_for_update().filter(parent=reason.parent_id)
    row = list(parent_lock.order_by("position", "pk"))
    at = row.index(reason)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(row):
        return False
    row[at], row[to] = row[to], row[at]
    for position, sibling in enumerate(row):
        if sibling.position != position:
            Reason.objects.filter(pk=sibling.pk).update(position=position)
    changes = {"position": (at + 1, to + 1)}
    record_history(subject=reason, verb="moved", actor=actor, changes=changes, note=reason.name)
    return True


@transaction.atomic
def retire_reason(*, reason: Reason, actor: User) -> None:
    """Nobody can choose it any more; contacts that carry it keep it. Safe twice.

    Raises ValidationError for a group that still has reasons in use.
    """
    if reason.parent_id is None and reason.leaves.filter(retired_at__isnull=True).exists():
        raise ValidationError(_("The group still has reasons in use. Retire or move those first."))
    if Reason.objects.in_use().filter(pk=reason.pk).update(retired_at=timezone.now()):
        record_history(subject=reason, verb="retired", actor=actor, note=reason.name)


@transaction.atomic
def restore_reason(*, reason: Reason, actor: User) -> None:
    """Let people choose it again, with its group. Safe twice."""
    wanted = [pk for pk in (reason.parent_id, reason.pk) if pk is not None]
    for row in Reason.objects.filter(pk__in=wanted, retired_at__isnull=False):
        Reason.objects.filter(pk=row.pk).update(retired_at=None)
        record_history(subject=row, verb="restored", actor=actor, note=row.name)


@transaction.atomic
def delete_reason(*, reason: Reason, actor: User) -> None:
    """Remove a reason that was never used: a typing error. Raises ValidationError when it was."""
    Reason.objects.select_for_update().get(pk=reason.pk)
    if is_used(reason):
        raise ValidationError(
            _("It was used, so what was counted would lose its reason. Retire it instead.")
        )
    record_history(subject=reason, verb="deleted", actor=actor, note=reason.name)
    Reason.objects.filter(pk=reason.pk).delete()


def is_used(reason: Reason) -> bool:
    """Whether anything stands on it: a contact, a ticket, or leaves of a group."""
    return (
        reason.leaves.exists()
        or Interaction.objects.filter(reason=reason).exists()
        or Ticket.objects.filter(reason=reason).exists()
    )


def set_reasons_with_procedure(*, keys: Collection[int]) -> None:
    """Keep which reasons a procedure in force names; two updates, and none where nothing changes."""
    Reason.objects.filter(has_procedure=True).exclude(pk__in=keys).update(has_procedure=False)
    Reason.objects.filter(has_procedure=False, pk__in=keys).update(has_procedure=True)
