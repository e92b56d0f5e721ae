"""Labels and reports: PDFs of what the person may see."""

import base64
import re
import zlib

import pytest
from django.urls import reverse

from quality.models import Inspection
from quality.services import decide_lot
from quality.services.paper import lot_label, lot_report
from tests import make

pytestmark = pytest.mark.django_db


def size_of(pdf: bytes) -> int:
    """How much is drawn: the inflated streams of the pages without the fonts."""
    return sum(len(one) for one in streams(pdf) if b" Tf" in one)


def streams(pdf: bytes) -> list[bytes]:
    """The streams of a PDF, inflated where they are deflated."""
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        body = raw.strip()
        if body.endswith(b"~>"):
            body = base64.a85decode(b"<~" + body, adobe=True)
        try:
            found.append(zlib.decompress(body))
        except zlib.error:
            found.append(body)
    return found


def test_a_held_lot_has_a_label_with_a_barcode(client):
    lot = make.signed_inspection(lot=make.lot_to_inspect(number="PLD-2611-1"), mass="348").lot
    client.force_login(make.inspector())
    answer = client.get(reverse("lot_label", args=[lot.pk]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    drawn = b"".join(streams(answer.content))
    # A barcode is many filled bars: far more than the one of the head.
    assert drawn.count(b" re") > 30
    page = client.get(reverse("inspection_page", args=[lot.inspections.get().pk]))
    assert "Print the hold label" in page.content.decode()


@pytest.mark.parametrize("number", ["ŁÓDŹ-7", "x" * 80, "=1+1", "<img src='http://x/'>"])
def test_any_number_and_reason_can_be_printed(number):
    lot = make.lot_to_inspect(number=number)
    decide_lot(
        lot=lot, decision="hold", reason="<img src='http://x/y.png'/> & <b>", actor=make.manager()
    )
    lot.refresh_from_db()
    assert lot_label(lot).startswith(b"%PDF-")
    assert lot_report(lot, person=make.manager()).startswith(b"%PDF-")


@pytest.mark.parametrize("mass", ["340", "348"])
def test_a_label_says_the_same_before_and_after_the_first_has_signed(mass):
    opened = make.inspection(lot=make.lot_to_inspect(seconds="every"))
    lot = opened.lot
    lot.refresh_from_db()
    before = lot_label(lot)
    make.record(opened, "Mass, dry", mass)
    make.record(opened, "Glaze", "pass")
    assert make.sign(opened).pair == "owed"
    lot.refresh_from_db()
    assert lot_label(lot) == before


def test_a_report_leaves_out_what_a_second_person_still_has_to_look_at():
    lot = make.lot_to_inspect(seconds="every")
    first = make.signed_inspection(lot=lot, mass="348")
    stranger, boss = make.inspector(), make.manager()
    blind, open_ = (size_of(lot_report(lot, person=one)) for one in (stranger, boss))
    assert blind < open_
    make.signed_inspection(lot=lot, mass="348")
    assert Inspection.objects.get(pk=first.pk).pair == "settled"
    assert size_of(lot_report(lot, person=stranger)) > open_


def test_a_report_of_a_sample_with_parts_and_findings_is_drawn(client):
    lot = make.lot_to_inspect(quantity=100)
    make.signed_inspection(lot=lot, mass="348")
    decide_lot(lot=lot, decision="reject", reason="cracked", actor=make.manager(), quantity=20)
    client.force_login(make.manager())
    answer = client.get(reverse("lot_report", args=[lot.pk]))
    assert answer.content.startswith(b"%PDF-")
