"""Values, limits and judgements in words. Pure."""

from decimal import Decimal

from django.utils.translation import gettext as _

from quality.models import Characteristic, Inspection
from quality.rules.judging import Judgement, Side

Kind = Characteristic.Kind


def plain(value: Decimal | None) -> str:
    """A number without exponent and without zeros at its end; empty for None."""
    return "" if value is None else format(value.normalize(), "f")


def with_unit(value: Decimal | None, unit: str) -> str:
    """A number and its unit."""
    return f"{plain(value)} {unit}".strip()


def target(characteristic: Characteristic) -> str:
    """What it should be, short: "340 g ± 5 g", "340 g", or what to look for."""
    c = characteristic
    plainly = {
        Kind.PASS_FAIL: _("conforms or not"),
        Kind.TEXT: _("in words"),
        Kind.PHOTO: _("a photo"),
        Kind.CHOICE: _(" or ").join(c.good.splitlines()),
    }
    if c.kind in plainly:
        return plainly[Kind(c.kind)]
    if c.nominal is None:
        return limits(c)
    if c.lower is None or c.upper is None or c.upper - c.nominal != c.nominal - c.lower:
        return with_unit(c.nominal, c.unit)
    nominal, margin = with_unit(c.nominal, c.unit), with_unit(c.upper - c.nominal, c.unit)
    return f"{nominal} ± {margin}"


def limits(characteristic: Characteristic) -> str:
    """The limits: "335 to 345 g", "at least 335 g", "at most 345 g"; empty without."""
    c = characteristic
    if c.lower is not None and c.upper is not None:
        if not (c.lower_inclusive and c.upper_inclusive):
            said = {"lower": one_sided(c, upper=False), "upper": one_sided(c, upper=True)}
            return _("%(lower)s, %(upper)s") % said
        said = {"lower": plain(c.lower), "upper": with_unit(c.upper, c.unit)}
        return _("%(lower)s to %(upper)s") % said
    if c.lower is None and c.upper is None:
        return ""
    return one_sided(c, upper=c.upper is not None)


def one_sided(c: Characteristic, *, upper: bool) -> str:
    """One limit: "at most 345 g", or "less than 345 g" where the limit itself does not conform."""
    limit = with_unit(c.upper if upper else c.lower, c.unit)
    if upper:
        text = _("at most %(limit)s") if c.upper_inclusive else _("less than %(limit)s")
    else:
        text = _("at least %(limit)s") if c.lower_inclusive else _("more than %(limit)s")
    return text % {"limit": limit}


def found(characteristic: Characteristic, judgement: Judgement) -> str:
    """What was found: "348 g", "0.348 kg = 348 g", "Conforms"."""
    if characteristic.kind == Kind.PASS_FAIL:
        return str(Inspection.Verdict(judgement.typed).label)
    if characteristic.kind == Kind.PHOTO:
        return _("photo taken")
    if judgement.value is None:
        return judgement.typed
    here = with_unit(judgement.value, characteristic.unit)
    if judgement.unit in {"", characteristic.unit}:
        return here
    written = judgement.typed
    shown = written if judgement.unit in written else f"{written} {judgement.unit}"
    return f"{shown} = {here}"


def out_of_limits(characteristic: Characteristic, judgement: Judgement) -> str:
    """How far out: "3 g over the upper limit"; empty when it conforms."""
    if judgement.conforms or judgement.side is None:
        return ""
    by = with_unit(judgement.out_by, characteristic.unit)
    if judgement.out_by == 0:
        return _("the limit itself does not conform")
    if judgement.side is Side.OVER:
        return _("%(by)s over the upper limit") % {"by": by}
    return _("%(by)s under the lower limit") % {"by": by}


def told(characteristic: Characteristic, judgement: Judgement) -> str:
    """The whole of it: "Mass, dry: 348 g, 3 g over the upper limit"."""
    parts = [found(characteristic, judgement), out_of_limits(characteristic, judgement)]
    return f"{characteristic.name}: {', '.join(part for part in parts if part)}"
