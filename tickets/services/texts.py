"""Canned texts and macros: kept by their owner, or by managers and admins for everybody."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Shop, User
from accounts.services import changes_of, record_history, save_version
from tickets.models import CannedText, Macro, Ticket
from tickets.services.deeds import Deed
from tickets.variables import fill, refusal_of, unknown_in, values_of

Kept = CannedText | Macro

# The fields of each that may carry variables.
TEXTS = ("text", "reply", "note", "resolution")
# When the day begins on which a ticket that waits some days comes back.
MORNING = time(9)


@transaction.atomic
def add_text(*, kind: type[Kept], shared: bool, values: Mapping[str, object], actor: User) -> Kept:
    """Keep a canned text or a macro; a shared one is everybody's to use.

    Raises ValidationError: name taken, a variable that does not exist, or somebody shares who is
    neither manager nor admin.
    """
    owner = None if shared else actor
    if shared and not actor.may(Role.MANAGER, Role.ADMIN, write=True):
        raise ValidationError({"shared": _("Only managers and admins keep texts for everybody.")})
    _refuse_text(kind, owner=owner, values=values, there=None)
    row = kind.objects.create(owner=owner, **values)
    told = {name: (None, value) for name, value in values.items() if value not in {None, ""}}
    record_history(subject=row, verb="created", actor=actor, changes=told, note=row.name)
    return row


@transaction.atomic
def change_text(*, row: Kept, version: int, values: Mapping[str, object], actor: User) -> None:
    """Change one that the caller found among those the actor may edit.

    Raises ValidationError: stale ``version``, name taken, a variable that does not exist.
    """
    changes = changes_of(row, values)
    if not changes:
        return
    _refuse_text(type(row), owner=row.owner, values=values, there=row)
    save_version(row, version=version, values=values)
    record_history(subject=row, verb="changed", actor=actor, changes=changes, note=row.name)


@transaction.atomic
def delete_text(*, row: Kept, actor: User) -> None:
    """Take it away; what was written with it stays."""
    words = row.text if isinstance(row, CannedText) else row.reply
    changes = {"text": (words, None)}
    record_history(subject=row, verb="deleted", actor=actor, changes=changes, note=row.name)
    row.delete()


def deed_of_macro(macro: Macro, *, ticket: Ticket, person: User, shop: Shop) -> Deed:
    """What a macro does to a ticket when this person uses it now, with its texts filled in.

    Raises ValidationError when a text needs something that is not known of the ticket.
    """
    values = values_of(person=person, shop=shop, ticket=ticket)
    filled: dict[str, str] = {}
    for name in ("reply", "note", "resolution"):
        filled[name], missing = fill(getattr(macro, name), values)
        if missing:
            raise ValidationError(
                _("“%(macro)s” needs what is not known here: %(missing)s.")
                % {"macro": macro.name, "missing": ", ".join(dict.fromkeys(missing))}
            )
    to_me = macro.takes == Macro.Takes.ME
    return Deed(
        **filled,
        channel=macro.reply_channel,
        owner=person if to_me else macro.person,
        team=macro.team,
        hand_off_note=macro.hand_off_note,
        priority=macro.priority,
        waits=macro.waits == Macro.Waits.CUSTOMER,
        until=_morning_in(macro.wait_days) if macro.wait_days else None,
        resolves=macro.resolves,
        reason=macro.reason,
    )


def _morning_in(days: int) -> datetime:
    """Nine in the morning, so many days from today, where the person is."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _refuse_text(
    kind: type[Kept], *, owner: User | None, values: Mapping[str, object], there: Kept | None
) -> None:
    """Raises ValidationError beside the field."""
    others = kind.objects.filter(owner=owner, name=values["name"])
    if others.exclude(pk=there.pk if there else 0).exists():
        raise ValidationError({"name": _("There is one of this name already. Choose another.")})
    for field in TEXTS:
        if unknown := unknown_in(str(values.get(field, ""))):
            raise ValidationError({field: refusal_of(unknown)})
