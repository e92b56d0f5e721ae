"""Nonconformances: found, contained, decided on, cured, checked, closed."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Access, User
from accounts.services import record_history
from helpdesk.lib.folding import fold
from purchases.models import Lot
from quality.models import (
    CorrectiveAction,
    Disposition,
    Nonconformance,
    Severity,
)
from thresholds.models import Flag
from tickets.models import Interaction

Source = Nonconformance.Source


@dataclass(frozen=True)
class Found:
    """Something wrong as it is reported."""

    lot: Lot
    fault: str
    what: str
    severity: str = Severity.MAJOR
    quantity: int = 1
    containment: str = ""
    flag: Flag | None = None
    interaction: Interaction | None = None


@dataclass(frozen=True)
class ActionDraft:
    """A corrective action as typed."""

    what: str
    owner: User
    due_on: date
    measure: str
    check_on: date


@transaction.atomic
def report_nonconformance(*, found: Found, actor: User) -> Nonconformance:
    """Write down what is wrong with a lot. Raises ValidationError for more than was made."""
    lot = Lot.objects.select_for_update(no_key=True).get(pk=found.lot.pk)
    if lot.quantity is not None and found.quantity > lot.quantity:
        raise ValidationError(
            {"quantity": _("Only %(made)s were made in this lot.") % {"made": lot.quantity}}
        )
    source = Source.FLAG if found.flag else Source.PERSON
    made = Nonconformance.objects.create(
        lot=lot,
        source=Source.INTERACTION if found.interaction else source,
        flag=found.flag,
        interaction=found.interaction,
        fault=found.fault.strip(),
        fault_folded=fold(found.fault.strip()),
        what=found.what.strip(),
        severity=found.severity,
        quantity=found.quantity,
        containment=found.containment.strip(),
        found_by=actor,
    )
    record_history(subject=made, verb="created", actor=actor)
    return made


@transaction.atomic
def note_on_nonconformance(
    *, nonconformance: Nonconformance, containment: str, cause: str, version: int, actor: User
) -> None:
    """Write what was done at once and why it happened. ValidationError when stale or closed."""
    values = {"containment": containment.strip(), "cause": cause.strip()}
    now = _locked(nonconformance)
    if now.version != version:
        raise ValidationError(
            _("Somebody else changed this meanwhile: look at it again, then enter yours."),
            code="stale",
        )
    changes = {name: (getattr(now, name), value) for name, value in values.items()}
    Nonconformance.objects.filter(pk=now.pk).update(**values, version=F("version") + 1)
    record_history(subject=now, verb="changed", actor=actor, changes=changes)


@transaction.atomic
def decide_disposition(
    *, nonconformance: Nonconformance, kind: str, quantity: int, reason: str, actor: User
) -> Disposition:
    """Say what is done with so many of them; a critical one waits for a second signature.

    Raises ValidationError: not a manager or the maker, more than is undecided, no reason, closed.
    """
    now = _locked(nonconformance)
    refuse_unauthorised(now, actor)
    left = undecided(now)
    if not 1 <= quantity <= left:
        raise ValidationError(
            {
                "quantity": _("%(left)s are not decided on yet: enter 1 to %(left)s.")
                % {"left": left}
            }
            if left
            else {"quantity": _("All of them are decided on already.")}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    made = Disposition.objects.create(
        nonconformance=now, kind=kind, quantity=quantity, reason=reason.strip(), decided_by=actor
    )
    said = {made.get_kind_display(): ("", quantity)}
    record_history(subject=now, verb="changed", actor=actor, changes=said, note=made.reason)
    return made


@transaction.atomic
def second_disposition(*, disposition: Disposition, actor: User) -> None:
    """The second signature of a critical one. ValidationError: the same person, not authorised."""
    now = _locked(disposition.nonconformance)
    refuse_unauthorised(now, actor)
    if actor.pk == disposition.decided_by_id:
        raise ValidationError(
            _("You decided this yourself. Another one has to sign: %(names)s.")
            % {"names": names_of_deciders(now, actor) or _("there is nobody yet")}
        )
    unsigned = Disposition.objects.filter(pk=disposition.pk, seconded_at__isnull=True)
    if not unsigned.update(seconded_by=actor, seconded_at=timezone.now()):
        raise ValidationError(_("This has its second signature already."))
    said = {disposition.get_kind_display(): (_("one signature"), _("two signatures"))}
    record_history(subject=now, verb="changed", actor=actor, changes=said)


@transaction.atomic
def agree_action(
    *, nonconformance: Nonconformance, draft: ActionDraft, actor: User
) -> CorrectiveAction:
    """Agree on what is changed, by whom and when, and what must move. ValidationError."""
    now = _locked(nonconformance)
    if draft.check_on < draft.due_on:
        raise ValidationError(
            {"check_on": _("Whether it helped can be seen only after it is done.")}
        )
    made = CorrectiveAction.objects.create(
        nonconformance=now,
        what=draft.what.strip(),
        owner=draft.owner,
        due_on=draft.due_on,
        measure=draft.measure,
        check_on=draft.check_on,
        made_by=actor,
    )
    record_history(subject=now, verb="changed", actor=actor, note=made.what)
    return made


@transaction.atomic
def finish_action(*, action: CorrectiveAction, actor: User) -> None:
    """The change is made. Safe twice: the first day stays."""
    now = _locked(action.nonconformance)
    today = timezone.localdate()
    open_ones = CorrectiveAction.objects.filter(pk=action.pk, done_on__isnull=True)
    if open_ones.update(done_on=today):
        record_history(subject=now, verb="changed", actor=actor, changes={"done_on": (None, today)})


@transaction.atomic
def check_action(*, action: CorrectiveAction, worked: bool, finding: str, actor: User) -> None:
    """Say whether it helped, on its day or later. ValidationError: too early, not done, no words."""
    now = _locked(action.nonconformance)
    action.refresh_from_db()
    today = timezone.localdate()
    if action.checked_on is not None:
        raise ValidationError(_("This was checked already. Agree on another action if need be."))
    if action.done_on is None:
        raise ValidationError(_("It is not done yet, so nothing can have moved."))
    if today < action.check_on:
        raise ValidationError(
            _("Too early: agreed was to look on %(day)s.") % {"day": action.check_on.isoformat()}
        )
    if not finding.strip():
        raise ValidationError({"finding": _("Say what you saw.")})
    CorrectiveAction.objects.filter(pk=action.pk, checked_on__isnull=True).update(
        checked_on=today, checked_by=actor, worked=worked, finding=finding.strip()
    )
    said = {"worked": (None, worked)}
    record_history(subject=now, verb="changed", actor=actor, changes=said, note=finding.strip())


@transaction.atomic
def close_nonconformance(*, nonconformance: Nonconformance, actor: User) -> None:
    """Close it for good. ValidationError says what is still missing."""
    now = _locked(nonconformance)
    missing = what_is_missing(now)
    if missing:
        raise ValidationError(missing)
    Nonconformance.objects.filter(pk=now.pk).update(
        closed_by=actor, closed_at=timezone.now(), version=F("version") + 1
    )
    record_history(
        subject=now, verb="state", actor=actor, changes={"state": (_("open"), _("closed"))}
    )


def what_is_missing(now: Nonconformance) -> list[str]:
    """What has to be done before it can be closed, in the order of doing."""
    actions = list(now.actions.all())
    steps = (
        (undecided(now) > 0, _("Decide what is done with all of them.")),
        (
            now.dispositions.exclude(pk__in=now.dispositions.in_force()).exists(),
            _("A critical one needs a second signature."),
        ),
        (not now.cause, _("Say what the cause was.")),
        (
            not any(one.worked for one in actions)
            and all(one.checked_on is not None for one in actions),
            _("Agree on a corrective action; so far none has helped."),
        ),
        (
            any(one.checked_on is None for one in actions),
            _("Check on its day whether each action helped."),
        ),
    )
    return [text for waits, text in steps if waits]


def undecided(now: Nonconformance) -> int:
    """How many are not decided on yet."""
    decided = now.dispositions.aggregate(total=Sum("quantity"))["total"] or 0
    return now.quantity - int(decided)


def refuse_unauthorised(now: Nonconformance, actor: User) -> None:
    """Raise ValidationError for somebody who may not decide on it."""
    if actor.manager_access != Access.FULL or actor.pk == now.lot.maker_id:
        raise ValidationError(
            _("A manager who did not make the lot decides this: %(names)s.")
            % {"names": names_of_deciders(now, actor) or _("there is nobody yet")}
        )


def names_of_deciders(now: Nonconformance, but: User) -> str:
    """The others who may decide on it."""
    able = User.objects.active().filter(manager_access=Access.FULL).exclude(pk=but.pk)
    others = able.exclude(pk=now.lot.maker_id or 0)
    return ", ".join(others.order_by("name").values_list("name", flat=True)[:5])


def _locked(nonconformance: Nonconformance) -> Nonconformance:
    """The open nonconformance with its row locked. Raises ValidationError when it is closed."""
    now = (
        Nonconformance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("lot")
        .get(pk=nonconformance.pk)
    )
    if now.closed_at is not None:
        raise ValidationError(_("This is closed. What is found again is a new one."))
    return now
