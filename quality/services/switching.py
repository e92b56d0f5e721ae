"""Switching between normal, tightened, reduced and stopped inspection, lot by lot."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Access, User
from accounts.services import record_history
from purchases.models import Lot, Product
from quality.models import Inspection, SampleSize, Switch
from quality.rules import switching as rules
from quality.rules.sampling import SamplingPlan, Severity, decide
from quality.rules.units import Found, bad_units

ACCEPTED, REFUSED = "A", "R"


def count_lot(*, lot: Lot, opener: Inspection, deciding: Inspection) -> None:
    """Count a lot's first round in each class, once, when nobody is owed any more.

    Counted earlier, the sample of the next lot would tell the second what the first has found.
    """
    if opener.round != 1:
        return
    counted = SampleSize.objects.filter(
        inspection__lot=lot, inspection__round=1, counted_at__isnull=False
    )
    done = set(counted.values_list("severity", flat=True))
    sizes = [one for one in opener.sample_sizes.all() if one.severity not in done]
    if not sizes:
        return
    bad = bad_units(
        Found(severity, sample, conforms)
        for severity, sample, conforms in deciding.results.values_list(
            "characteristic__severity", "sample", "conforms"
        )
    )
    for one in sizes:
        plan = SamplingPlan(one.letter, one.size, one.accept, one.reject)
        said = decide(plan, bad.get(one.severity, 0))
        _feed(lot, one.severity, rules.LotResult(said.accepted, between=said.between))
    SampleSize.objects.filter(pk__in=[one.pk for one in sizes]).update(counted_at=timezone.now())


def _feed(lot: Lot, severity: str, result: rules.LotResult) -> None:
    """Move the switch of a class on by one lot; a lot of before a stop is not counted."""
    row = locked_switch(lot.product, severity)
    try:
        after = rules.after_lot(_state_of(row), result)
    except rules.NotYetError:
        return
    _write(row, after, actor=None)


def locked_switch(product: Product, severity: str) -> Switch:
    """The switch of a class with its row locked, made on first use."""
    Switch.objects.get_or_create(product=product, severity=severity)
    return Switch.objects.select_for_update(no_key=True).get(product=product, severity=severity)


def _state_of(row: Switch) -> rules.Switching:
    recent = tuple(sign == ACCEPTED for sign in row.recent)
    return rules.Switching(Severity(row.state), recent, row.refused)


def _write(row: Switch, after: rules.Switching, *, actor: User | None, reason: str = "") -> None:
    """Store a state; a new one is told by the history of the product."""
    values: dict[str, object] = {
        "state": str(after.severity),
        "recent": "".join(ACCEPTED if one else REFUSED for one in after.recent),
        "refused": after.refused,
    }
    if row.state != after.severity:
        values |= {"since": timezone.now(), "agreed_by": actor, "reason": reason}
        record_history(
            subject=row.product,
            verb="changed",
            actor=actor,
            changes={row.get_severity_display(): (row.state, str(after.severity))},
            note=reason,
        )
    Switch.objects.filter(pk=row.pk).update(**values)


@transaction.atomic
def agree_switch(*, product: Product, severity: str, step: str, reason: str, actor: User) -> Switch:
    """A manager says that production is steady (reduce), that it is not (normal), or that something
    was mended (resume). Raises ValidationError when the rules do not allow it now."""
    if actor.manager_access != Access.FULL:
        raise ValidationError(_("A manager agrees to this."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    row = locked_switch(product, severity)
    steps = {
        "reduce": rules.agree_to_reduce,
        "normal": rules.return_to_normal,
        "resume": rules.resume,
    }
    if step not in steps:
        raise ValidationError(_("Choose what to do."))
    try:
        after = steps[step](_state_of(row))
    except rules.NotYetError as error:
        raise ValidationError(
            _("Not now: reduced inspection needs ten lots accepted in a row on normal inspection.")
            if step == "reduce"
            else _("Inspection is not stopped.")
        ) from error
    _write(row, after, actor=actor, reason=reason.strip())
    row.refresh_from_db()
    return row
