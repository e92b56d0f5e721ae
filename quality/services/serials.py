"""A serial or lot number, and everything that is known of what it stands on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.lib.periods import day_start
from purchases.models import Lot, PurchaseLine
from quality.models import CorrectiveAction, Inspection, LotPart, Nonconformance
from quality.models.lots import BETWEEN

# A code on more lots than this is no code; rows of each kind on a page.
MOST, SHOWN = 50, 100
# More orders than this are counted, not listed: then it is a batch and no single unit.
FEW = 6


def parts_with(serial: str) -> list[LotPart]:
    """The parts of lots whose serial numbers have this one among them, newest first."""
    text = serial.strip()
    if not text or BETWEEN.search(text):
        return []
    there = LotPart.objects.exclude(serials="").filter(serials__icontains=text)
    parts = there.select_related("lot__product", "lot__maker", "decided_by").order_by("-pk")
    return [part for part in parts[:MOST] if text.casefold() in _serials(part)]


def _serials(part: LotPart) -> set[str]:
    return {one.casefold() for one in part.serial_list}


def lots_of_serial(serial: str) -> list[Lot]:
    """The lots that are this serial, or in which it was decided on; most likely one."""
    text = serial.strip()
    if not text:
        return []
    numbers = {text, text.upper(), text.lower()}
    lots = Lot.objects.for_list().filter(number__in=numbers).order_by("product__name", "pk")
    found = {lot.pk: lot for lot in lots[:MOST]}
    found |= {part.lot_id: part.lot for part in parts_with(text)}
    return list(found.values())


@dataclass(frozen=True)
class Happening:
    """Something that happened to a lot: ``kind`` names the sign, ``url_name`` where more stands."""

    at: datetime
    kind: str
    said: str
    detail: str = ""
    who: str = ""
    url_name: str = ""
    key: int = 0
    tone: str = ""


def life_of(lot: Lot, *, serial: str, person: User, inspects: bool) -> list[Happening]:
    """What happened to the lot since it was made, oldest first, as far as this person may know.

    Parts that name other serials only are left out. ``inspects``: whether inspections and what was
    found wrong are theirs to see; orders are shown by number, product and state alone.
    """
    happened = _orders(lot)
    if inspects:
        happened += _inspected(lot, person)
        happened += [
            _wrong(one) for one in Nonconformance.objects.filter(lot=lot).order_by("-pk")[:SHOWN]
        ]
        happened += [_cured(one) for one in _actions(lot)]
        parts = lot.parts.select_related("decided_by").order_by("pk")[:SHOWN]
        happened += [_decided(part) for part in parts if _is_about(part, serial)]
    made = Happening(lot.created_at, "made", _("Entered"), who=_made_by(lot))
    return [made, *sorted(happened, key=lambda one: one.at)]


def _made_by(lot: Lot) -> str:
    return _("made by %(name)s") % {"name": lot.maker.name} if lot.maker else _("maker unknown")


def _orders(lot: Lot) -> list[Happening]:
    """Each order of a few; of many how often, and when the first one came."""
    lines = PurchaseLine.objects.filter(lot=lot).select_related("purchase", "product")
    counted = lines.aggregate(
        number=Count("purchase", distinct=True),
        first=Min("purchase__ordered_at"),
        last=Max("purchase__ordered_at"),
    )
    if counted["number"] <= FEW:
        return [_sold(line) for line in lines.order_by("pk")]
    times = _("Ordered %(times)s times") % {"times": counted["number"]}
    until = date_format(timezone.localtime(counted["last"]), "j M Y")
    return [
        Happening(counted["first"], "sold", times, _("the last time on %(day)s") % {"day": until})
    ]


def _sold(line: PurchaseLine) -> Happening:
    order = line.purchase
    return Happening(
        at=order.ordered_at,
        kind="sold",
        said=_("Ordered as %(order)s") % {"order": order.order_number},
        detail=f"{line.product.name} · {order.get_status_display()}",
        url_name="purchase_page",
        key=order.pk,
    )


def _inspected(lot: Lot, person: User) -> list[Happening]:
    """The signed inspections this person may see."""
    signed = lot.inspections.signed().visible_to(person).select_related("inspector")
    tones = {Inspection.Verdict.PASS: "good", Inspection.Verdict.FAIL: "alarm"}
    return [
        Happening(
            at=one.signed_at,
            kind="inspected",
            said=f"{one.get_stage_display()}: {one.get_verdict_display()}",
            detail=_("round %(round)s") % {"round": one.round}
            + (f" · {one.note}" if one.note else ""),
            who=one.inspector.name,
            url_name="inspection_page",
            key=one.pk,
            tone=tones[Inspection.Verdict(one.verdict)],
        )
        for one in signed.order_by("signed_at")[:SHOWN]
        if one.signed_at and one.verdict
    ]


def _wrong(one: Nonconformance) -> Happening:
    return Happening(
        at=one.found_at,
        kind="wrong",
        said=_("Found wrong: %(fault)s") % {"fault": one.fault},
        detail=one.what,
        url_name="nonconformance_page",
        key=one.pk,
        tone="alarm",
    )


def _actions(lot: Lot) -> list[CorrectiveAction]:
    actions = CorrectiveAction.objects.filter(nonconformance__lot=lot, checked_on__isnull=False)
    return list(actions.select_related("nonconformance").order_by("-pk")[:SHOWN])


def _cured(one: CorrectiveAction) -> Happening:
    return Happening(
        at=day_start(one.checked_on, timezone.get_current_timezone())
        if one.checked_on
        else one.made_at,
        kind="cured",
        said=_("Checked whether it helped: %(what)s") % {"what": one.what},
        url_name="nonconformance_page",
        key=one.nonconformance_id,
    )


def _is_about(part: LotPart, serial: str) -> bool:
    """Whether a part is this serial's: it names it, or names none."""
    return not part.serials or serial.casefold() in _serials(part)


def _decided(part: LotPart) -> Happening:
    many: Any = part.quantity if part.quantity is not None else _("the whole lot")
    conceded = _("by concession") if part.concession else ""
    return Happening(
        at=part.decided_at,
        kind="decided",
        said=f"{part.get_outcome_display()}: {many}",
        detail=" · ".join(bit for bit in (conceded, part.reason) if bit),
        who=part.decided_by.name,
        tone="good" if part.outcome == LotPart.Outcome.RELEASED else "alarm",
    )
