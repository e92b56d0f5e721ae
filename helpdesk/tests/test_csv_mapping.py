"""Which column of a file is which of ours."""

import pytest

from helpdesk.lib.csvfiles.mapping import Column, map_columns
from helpdesk.lib.csvfiles.refusals import CsvRefused

COLUMNS = (
    Column("order_number", required=True, synonyms=("Order No", "ordernr", "Bestellnummer")),
    Column("ordered_at", required=True, synonyms=("date", "order date")),
    Column("customer_email", synonyms=("email", "e-mail")),
)


def test_headings_match_without_regard_to_case_space_and_underscores() -> None:
    found = map_columns(["ORDERED AT", "Order-Number", "x"], COLUMNS)
    assert found.sources == {"order_number": "Order-Number", "ordered_at": "ORDERED AT"}
    assert (found.unused, found.missing) == (("x",), ())


def test_synonyms_match_and_our_own_name_wins() -> None:
    found = map_columns(["Order No.", "order_number", "E-Mail", "Date"], COLUMNS)
    assert found.sources == {
        "order_number": "order_number",
        "ordered_at": "Date",
        "customer_email": "E-Mail",
    }
    assert found.unused == ("Order No.",)


def test_a_choice_of_a_person_wins_over_names() -> None:
    found = map_columns(
        ["order_number", "ref", "date"], COLUMNS, {"order_number": "ref", "customer_email": ""}
    )
    assert found.sources == {"order_number": "ref", "ordered_at": "date"}


def test_names_that_are_only_alike_are_suggested_not_taken() -> None:
    found = map_columns(["order_numbr", "ordered"], COLUMNS)
    assert found.sources == {}
    assert found.missing == ("order_number", "ordered_at")
    assert found.suggestions == {"order_number": "order_numbr", "ordered_at": "ordered"}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"order_number": "nowhere"}, "no column “nowhere”"),
        ({"colour": "ref"}, "for “colour”"),
        ({"order_number": "ref", "ordered_at": "Ref"}, "“ref” is chosen twice"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(mapping: dict[str, str], message: str) -> None:
    with pytest.raises(CsvRefused, match=message):
        map_columns(["ref", "date"], COLUMNS, mapping)
