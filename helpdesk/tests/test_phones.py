"""Telephone numbers in any notation."""

import pytest

from helpdesk.lib.phones import Phone, ending_key, looks_like_phone, parse_phone


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+32 475 12 34 56", "BE", "+32475123456"),
        ("0475/12.34.56", "BE", "+32475123456"),
        ("0032 475 123456", "BE", "+32475123456"),
        ("+32 (0)475 12 34 56", "NL", "+32475123456"),
        (" 32475123456", "BE", "+32475123456"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("0032475123456", "US", "+32475123456"),
        ("\u0660\u0664\u0667\u0665123456", "BE", "+32475123456"),
        ("06 12345678", "IT", "+390612345678"),
        ("4711", "DE", "+494711"),
        ("999", "BE", "999"),
    ],
)
def test_every_notation_gives_one_number(text: str, country: str, number: str) -> None:
    assert parse_phone(text, country) == Phone(number)


@pytest.mark.parametrize("text", ["", "ask the neighbour", "12", "1" * 21, "9" * 5000, "\x00"])
def test_what_is_no_number_gives_nothing(text: str) -> None:
    assert parse_phone(text, "BE") is None


def test_an_unknown_country_still_reads_international_numbers() -> None:
    assert parse_phone("+32475123456", "") == Phone("+32475123456")


def test_the_end_of_a_stored_number_is_found_from_a_national_notation() -> None:
    stored = Phone("+32475123456")
    assert stored.reversed_digits.startswith(ending_key("0475 12 34 56"))
    assert stored.reversed_digits.startswith(ending_key("3456"))
    assert not stored.reversed_digits.startswith(ending_key("3457"))


def test_numbers_are_shown_as_people_at_home_write_them() -> None:
    phone = Phone("+32475123456")
    assert phone.display("BE") == "0475 12 34 56"
    assert phone.display("FR") == "+32 475 12 34 56"
    assert Phone("4711").display("BE") == "4711"


def test_a_search_text_is_a_number_only_with_digits_and_dialling_marks() -> None:
    assert looks_like_phone("+32 (0)2/555.01-00")
    assert not looks_like_phone("A-1001")
    assert not looks_like_phone("12")
