"""What people do with flags: take on, explain, close, dismiss; each step with its history row."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from purchases.models import Purchase
from thresholds.models import Flag, FlagEvent
from tickets.models import Fault
from tickets.services import set_flag_state

UNFINISHED = (Flag.State.OPEN, Flag.State.ACKNOWLEDGED)


@transaction.atomic
def acknowledge_flag(*, flag: Flag, owner: User, actor: User, version: int) -> None:
    """Somebody takes the flag on. ValidationError if it is not open or changed meanwhile, or
    ``owner`` cannot open it.
    """
    _refuse_owner(flag, owner)
    _change(
        flag,
        actor=actor,
        version=version,
        kind=FlagEvent.Kind.ACKNOWLEDGED,
        only_from=[Flag.State.OPEN],
        fields={
            "state": Flag.State.ACKNOWLEDGED.value,
            "owner": owner,
            "acknowledged_at": timezone.now(),
        },
    )
    set_flag_state(purchase_ids=[flag.purchase_id], state=Purchase.FlagState.ACKNOWLEDGED)


@transaction.atomic
def explain_flag(
    *,
    flag: Flag,
    actor: User,
    version: int,
    owner: User,
    cause_fault: Fault | str = "",
    cause_text: str = "",
    action_text: str = "",
    action_due: date | None = None,
) -> bool:
    """Write down owner, cause and action, as far as known; an open flag is acknowledged by it.

    False when nothing differs. ValidationError if it is finished or changed meanwhile, or a new
    ``owner`` cannot open it.
    """
    _refuse_owner(flag, owner)
    wanted: dict[str, object] = {
        "owner": owner,
        "cause_fault": str(cause_fault),
        "cause_text": cause_text.strip(),
        "action_text": action_text.strip(),
        "action_due": action_due,
    }
    if flag.state != Flag.State.OPEN and not _differing(flag, wanted):
        return False
    _change(
        flag,
        actor=actor,
        version=version,
        kind=FlagEvent.Kind.EXPLAINED,
        only_from=UNFINISHED,
        fields={
            "state": Flag.State.ACKNOWLEDGED.value,
            "acknowledged_at": flag.acknowledged_at or timezone.now(),
            **wanted,
        },
    )
    set_flag_state(purchase_ids=[flag.purchase_id], state=Purchase.FlagState.ACKNOWLEDGED)
    return True


@transaction.atomic
def close_flag(*, flag: Flag, actor: User, version: int, note: str = "") -> None:
    """Close an explained flag. ValidationError names what is still missing."""
    missing = [
        str(label) for name, label in Flag.NEEDED_TO_CLOSE.items() if not getattr(flag, name)
    ]
    if missing:
        raise ValidationError(
            _(
                "A flag is closed with a cause, an action and an owner. Still missing: "
                "%(missing)s. Fill it in and save, then close."
            ),
            params={"missing": ", ".join(missing)},
        )
    _finish(flag, actor=actor, version=version, state=Flag.State.CLOSED, note=note.strip())


@transaction.atomic
def explain_and_close_flag(*, flag: Flag, actor: User, version: int, **told: Any) -> None:
    """Write down what ``explain_flag`` takes and close the flag; both or nothing."""
    explain_flag(flag=flag, actor=actor, version=version, **told)
    flag.refresh_from_db()
    close_flag(flag=flag, actor=actor, version=flag.version)


@transaction.atomic
def dismiss_flag(*, flag: Flag, actor: User, version: int, note: str) -> None:
    """End a flag that needs no action, with the reason why."""
    if not note.strip():
        raise ValidationError({"note": _("Say why this flag needs no action.")})
    _finish(flag, actor=actor, version=version, state=Flag.State.DISMISSED, note=note.strip())


def _finish(flag: Flag, *, actor: User, version: int, state: Flag.State, note: str) -> None:
    """End it with the net of this moment: under the purchase's lock, as the evaluator takes it."""
    purchase = Purchase.objects.select_for_update(no_key=True).get(pk=flag.purchase_id)
    _change(
        flag,
        actor=actor,
        version=version,
        kind=FlagEvent.Kind(state.value),
        only_from=UNFINISHED,
        fields={
            "state": state.value,
            "net_when_closed": purchase.net_interactions,
            "closed_at": timezone.now(),
            "closed_by": actor,
            "close_note": note,
        },
    )
    set_flag_state(purchase_ids=[purchase.pk], state=Purchase.FlagState(state.value))


def _change(
    flag: Flag,
    *,
    actor: User,
    version: int,
    kind: FlagEvent.Kind,
    only_from: Sequence[Flag.State],
    fields: Mapping[str, object],
) -> None:
    """Write fields if the flag still is what the person saw, and the history row beside it."""
    changed = Flag.objects.filter(pk=flag.pk, version=version, state__in=only_from).update(
        **fields, version=F("version") + 1
    )
    if not changed:
        raise _stale(flag)
    changes = {
        name: [_told(getattr(flag, name)), _told(fields[name])]
        for name in _differing(flag, fields)
        if name not in Flag.MOMENTS
    }
    FlagEvent.objects.create(flag=flag, kind=kind, changes=changes, actor=actor)


def _stale(flag: Flag) -> ValidationError:
    """The refusal of what was decided on an old page, with who came between."""
    last = flag.events.select_related("actor").order_by("-at", "-pk").first()
    who = last.actor.name if last and last.actor else _("The evaluator")
    return ValidationError(
        _(
            "%(who)s changed this flag while you were looking at it. Nothing of yours was saved: "
            "look at how it stands now, then enter it again."
        ),
        code="stale",
        params={"who": who},
    )


def _differing(flag: Flag, fields: Mapping[str, object]) -> list[str]:
    return [name for name, value in fields.items() if getattr(flag, name) != value]


def _told(value: object) -> str | None:
    return None if value is None else str(value)


def _refuse_owner(flag: Flag, owner: User) -> None:
    """Raises ValidationError for one who could not even look at the flag; who has it keeps it."""
    if owner.pk != flag.owner_id and not owner.may(Role.MANAGER):
        raise ValidationError(
            {"owner": _("%(name)s cannot open flags. Choose a manager.") % {"name": owner}}
        )
