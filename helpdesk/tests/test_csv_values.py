"""Cells into values."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.csvfiles.mapping import Column
from helpdesk.lib.csvfiles.reading import open_table
from helpdesk.lib.csvfiles.refusals import BadValue
from helpdesk.lib.csvfiles.values import (
    RowParser,
    choice_parser,
    decimal_parser,
    integer_parser,
    moment_parser,
    parse_date,
    parse_email,
    text_parser,
)

MOMENT = moment_parser(ZoneInfo("Europe/Brussels"))
PRICE = decimal_parser(digits=12, places=2, least=Decimal(0))
COUNT = integer_parser(least=1, most=5)
CHANNEL = choice_parser({"phone": ("tel", "Phone call"), "email": ("e-mail",)})


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (MOMENT, "2026-07-01T10:00:00+00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (MOMENT, "2026-07-01T10:00:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (MOMENT, "2026-07-01 10:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        (MOMENT, "2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (parse_date, "2026-01-31", date(2026, 1, 31)),
        (PRICE, "12,50", Decimal("12.50")),
        (PRICE, "12.500", Decimal("12.5")),
        (PRICE, "0", Decimal(0)),
        (PRICE, "9999999999", Decimal(9999999999)),
        (COUNT, "3", 3),
        (COUNT, "3.0", 3),
        (CHANNEL, "phone", "phone"),
        (CHANNEL, "PHONE CALL", "phone"),
        (CHANNEL, "E-Mail", "email"),
        (parse_email, "jo+x@ex-ample.co.uk", "jo+x@ex-ample.co.uk"),
        (text_parser(9), "a\x07b\r\nc\rd\te", "ab\nc\nd\te"),
        (text_parser(3), "né\u00a0", "né\u00a0"),
    ],
)
def test_a_good_cell_becomes_its_value(
    parse: Callable[[str], object], text: str, value: object
) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "reason"),
    [
        (MOMENT, "yesterday", "Write the moment as"),
        (MOMENT, "31/01/2026", "Write the moment as"),
        (MOMENT, "2026-02-30", "Write the moment as"),
        (MOMENT, "0001-01-01T00:00:00+00:00", "between 1900 and 2199"),
        (MOMENT, "9999-12-31T23:59:59-12:00", "between 1900 and 2199"),
        (parse_date, "2026-13-01", "Write the date as"),
        (PRICE, "1.234,50", "not a number"),
        (PRICE, "NaN", "not a number"),
        (PRICE, "1.234", "At most 2 decimals"),
        (PRICE, "10000000000", "too large"),
        (PRICE, "-1", "at least 0"),
        (COUNT, "0", "from 1 to 5"),
        (COUNT, "-1", "from 1 to 5"),
        (COUNT, "2.5", "not a whole number"),
        (COUNT, "9" * 4000, "not a whole number"),
        (CHANNEL, "pigeon", "one of: phone, email"),
        (parse_email, "nobody", "not an e-mail"),
        (parse_email, "a@b.c\x00", "not an e-mail"),
        (parse_email, "a@b.c, d@e.f", "not an e-mail"),
        (text_parser(9), "a\x00b", "NUL"),
        (text_parser(3), "four", "4 characters; at most 3"),
    ],
)
def test_a_bad_cell_says_what_is_wrong(
    parse: Callable[[str], object], text: str, reason: str
) -> None:
    with pytest.raises(BadValue) as caught:
        parse(text)
    assert reason in str(caught.value.reason)


@pytest.mark.parametrize(
    "parse", [MOMENT, parse_date, PRICE, COUNT, CHANNEL, parse_email, text_parser(20)]
)
@given(text=st.text(min_size=1))
def test_no_text_at_all_breaks_a_parser(parse: Callable[[str], object], text: str) -> None:
    with suppress(BadValue):
        parse(text)


def test_a_row_is_parsed_whole_and_all_that_is_wrong_is_told() -> None:
    columns = (
        Column("number", required=True, parse=text_parser(9)),
        Column("ordered_at", required=True, parse=MOMENT),
        Column("price", parse=PRICE),
        Column("note"),
        Column("absent"),
    )
    data = b"Number,price,ordered at,note\nA1, ,2026-07-01T10:00Z,'+32 475\n ,many,soon,\n"
    table = open_table(io.BytesIO(data), columns)
    parser = RowParser(columns, table.map)
    good, bad = (parser.parse(row) for row in table.preview().rows)
    assert good == (
        {
            "number": "A1",
            "ordered_at": datetime(2026, 7, 1, 10, tzinfo=UTC),
            "price": None,
            "note": "+32 475",
            "absent": None,
        },
        [],
    )
    assert [(r.line, r.column, r.value) for r in bad[1]] == [
        (3, "Number", " "),
        (3, "ordered at", "soon"),
        (3, "price", "many"),
    ]
