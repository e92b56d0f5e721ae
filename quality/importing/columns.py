"""The columns of inspections.csv."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Shop
from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.values import choice_parser, moment_parser, text_parser

VERDICTS = {
    "pass": ("passed", "ok", "conforms", "accepted", "accept"),
    "fail": ("failed", "not ok", "nok", "does not conform", "rejected", "reject"),
}
STAGES = {
    "first": ("1", "1st", "initial", "first inspection"),
    "second": ("2", "2nd", "second person", "second inspection"),
    "re_inspection": ("re-inspection", "reinspection", "re", "rework", "repeat"),
}


def columns(shop: Shop) -> list[Column]:
    """What a row of inspections.csv may say; people are an e-mail address or a name."""
    return [
        Column(
            "external_id",
            required=True,
            parse=text_parser(160),
            synonyms=("id", "inspection", "inspection id"),
            label=_("external id"),
        ),
        Column(
            "lot_number",
            required=True,
            parse=text_parser(80),
            synonyms=("lot", "batch", "serial"),
            label=_("lot number"),
        ),
        Column("sku", parse=text_parser(80), synonyms=("product", "article"), label=_("SKU")),
        Column(
            "inspected_at",
            required=True,
            parse=moment_parser(shop.zone),
            synonyms=("date", "inspected", "signed at"),
            label=_("inspected at"),
        ),
        Column(
            "maker",
            required=True,
            parse=text_parser(200),
            synonyms=("made by", "operator"),
            label=_("maker"),
        ),
        Column(
            "inspector",
            required=True,
            parse=text_parser(200),
            synonyms=("inspected by", "checked by"),
            label=_("inspector"),
        ),
        Column(
            "verdict",
            required=True,
            parse=choice_parser(VERDICTS),
            synonyms=("result", "outcome"),
            label=_("verdict"),
        ),
        Column("stage", parse=choice_parser(STAGES), label=_("stage")),
        Column("note", parse=text_parser(2000), synonyms=("remark", "comment"), label=_("note")),
    ]
