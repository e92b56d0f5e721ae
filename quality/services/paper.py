"""Paper: labels with a barcode, and the report of a lot. Nothing is fetched while drawing.

reportlab and the font are imported where they are used: they cost every process 20 MB otherwise.
All text is escaped before it becomes a paragraph, so that no markup of a note is followed.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from purchases.models import Lot
from quality.models import Inspection, LotPart, Nonconformance
from quality.rules.steps import steps_of
from quality.services.samples import sizes_of

PLAIN, BOLD = "Roboto", "RobotoBold"
LONGEST_ON_LABEL = 160


def _fonts() -> None:
    """Make the embedded fonts known; safe twice."""
    from font_roboto import Roboto, RobotoBold  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    if PLAIN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(PLAIN, Roboto))
        pdfmetrics.registerFont(TTFont(BOLD, RobotoBold))


def lot_label(lot: Lot) -> bytes:
    """A label of 100 × 62 mm: state in the largest letters, number as barcode, why, since when."""
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415
    from reportlab.lib.units import mm  # noqa: PLC0415
    from reportlab.lib.utils import simpleSplit  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    _fonts()
    made = BytesIO()
    sheet = Canvas(made, pagesize=(100 * mm, 62 * mm), invariant=True)
    sheet.setTitle(str(_("Lot %(lot)s") % {"lot": lot.number}))
    words = str(lot.get_state_display()).upper()
    if lot.state != Lot.State.RELEASED:
        sheet.rect(0, 46 * mm, 100 * mm, 16 * mm, fill=1, stroke=0)
        sheet.setFillGray(1)
    size = 20 if len(words) < 18 else 14  # noqa: PLR2004 - what fits in the width
    sheet.setFont(BOLD, size)
    sheet.drawCentredString(50 * mm, 51 * mm, words)
    sheet.setFillGray(0)
    sheet.setFont(BOLD, 13)
    sheet.drawString(5 * mm, 39 * mm, lot.number[:32])
    sheet.setFont(PLAIN, 9)
    sheet.drawString(5 * mm, 34 * mm, f"{lot.product.name} · {lot.product.sku}"[:60])
    if lot.number.isascii():
        # Narrow enough for the label whatever the length of the number.
        width = min(0.4 * mm, 88 * mm / (11 * len(lot.number) + 35))
        Code128(lot.number, barWidth=width, barHeight=13 * mm).drawOn(sheet, 0, 19 * mm)
    sheet.setFont(PLAIN, 8)
    told = lot.state_reason[:LONGEST_ON_LABEL]
    for place, text in enumerate(simpleSplit(told, PLAIN, 8, 90 * mm)[:3]):
        sheet.drawString(5 * mm, (14 - 3.6 * place) * mm, text)
    sheet.drawString(5 * mm, 3 * mm, date_format(localtime(lot.state_since), "j M Y H:i"))
    sheet.save()
    return made.getvalue()


def lot_report(lot: Lot, *, person: User) -> bytes:
    """The inspections of a lot that this person may see, what was decided, what was found wrong."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    _fonts()
    made = BytesIO()
    title = str(_("Inspection report of lot %(lot)s") % {"lot": lot.number})
    document = SimpleDocTemplate(made, pagesize=A4, title=title, invariant=True)
    story = [_line(title, 16, bold=True), *_facts(lot)]
    rows = (
        Inspection.objects.visible_to(person)
        .filter(lot=lot, withdrawn_at__isnull=True)
        .for_list()
        .prefetch_related("results", "plan__characteristics__gauge")
        .order_by("round", "opened_at", "pk")
    )
    for number, inspections in groupby(rows, lambda one: one.round):
        story.append(_line(_("Round %(n)s") % {"n": number}, 12, bold=True))
        for inspection in inspections:
            story += _inspection(inspection)
    story += _decided(lot)
    document.build(story)
    return made.getvalue()


def _line(text: str, size: int = 9, *, bold: bool = False) -> Any:
    """A paragraph of plain text."""
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.platypus import Paragraph  # noqa: PLC0415

    style = ParagraphStyle(
        "line",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.3,
        spaceBefore=size * 0.6 if bold else 0,
        spaceAfter=3,
    )
    return Paragraph(escape(str(text)).replace("\n", "<br/>"), style)


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:
    """A table with a head, its cells wrapped."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415
    from reportlab.platypus import Table  # noqa: PLC0415

    head, *body = rows
    cells = [[_line(cell, 8, bold=True) for cell in head]]
    cells += [[_line(cell, 8) for cell in row] for row in body]
    rules = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#cbd3e1")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(cells, colWidths=list(widths), repeatRows=1, style=rules)


def _facts(lot: Lot) -> list[Any]:
    """What was made, by whom, and where it stands."""
    said = [
        (_("Product"), f"{lot.product.name} ({lot.product.sku})"),
        (_("Maker"), lot.maker.name if lot.maker else _("unknown")),
        (_("Quantity"), "" if lot.quantity is None else str(lot.quantity)),
        (_("State"), f"{lot.get_state_display()} {lot.state_reason}".strip()),
    ]
    return [_line(f"{name}: {value}") for name, value in said if value]


def _inspection(inspection: Inspection) -> list[Any]:
    """One inspection: who, when, the verdict, and what was recorded."""
    signed = inspection.signed_at
    head = _("%(stage)s by %(name)s: %(verdict)s") % {
        "stage": inspection.get_stage_display(),
        "name": inspection.inspector.name,
        "verdict": inspection.get_verdict_display() if signed else _("not signed yet"),
    }
    moment = date_format(localtime(signed), "j M Y H:i") if signed else ""
    told = [_line(f"{head} {moment}", 10, bold=True)]
    if inspection.note:
        told.append(_line(f"“{inspection.note}”"))
    if inspection.plan is None or not signed:
        return told
    results = {(row.characteristic_id, row.sample): row for row in inspection.results.all()}
    steps = steps_of(
        inspection.plan.characteristics.all(),
        results,
        units=inspection.units,
        sizes=sizes_of(inspection),
    )
    rows = [(_("What"), _("Limits"), _("Found"), _("Says"))]
    for step in steps:
        name = step.characteristic.name
        shown = f"{name} ({step.sample})" if inspection.units > 1 else name
        says = {"in": _("in"), "out": step.out or _("out"), "open": _("skipped")}[step.state]
        notes = [step.found, step.result.fault, step.result.note] if step.result else []
        rows.append((shown, step.limits, ", ".join(one for one in notes if one), str(says)))
    return [*told, _table(rows, (150, 110, 130, 70))]


def _decided(lot: Lot) -> list[Any]:
    """Released and rejected parts, and what was found wrong."""
    story: list[Any] = []
    parts = LotPart.objects.filter(lot=lot).select_related("decided_by").order_by("pk")
    for part in parts:
        how = _("by concession") if part.concession else ""
        number = part.quantity or _("the whole lot")
        said = f"{part.get_outcome_display()} {how}: {number}. {part.reason} {part.serials}"
        story.append(_line(f"{said} ({part.decided_by.name})"))
    wrong = Nonconformance.objects.filter(lot=lot).order_by("pk")
    story += [_line(f"{one.fault}: {one.what} ({one.get_severity_display()})") for one in wrong]
    return [_line(_("Decided and found wrong"), 12, bold=True), *story] if story else []
