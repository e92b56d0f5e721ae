"""Telephone numbers: one stored form for every notation, and keys to find them by."""

import re
from dataclasses import dataclass

import phonenumbers

_ONLY_PHONE = re.compile(r"[\s+\d().\-/\u00a0\u2010-\u2015]+")
_NOT_DIGIT = re.compile(r"\D")
_FEWEST_DIGITS = 3
_MOST_DIGITS = 20
_LONGEST_TEXT = 60


@dataclass(frozen=True)
class Phone:
    """A telephone number. `number` is E.164 ("+3225550100"), or bare digits if not diallable."""

    number: str

    @property
    def is_e164(self) -> bool:
        """Whether the number is complete, with its country."""
        return self.number.startswith("+")

    @property
    def digits(self) -> str:
        """The digits alone."""
        return self.number.lstrip("+")

    @property
    def reversed_digits(self) -> str:
        """The digits from last to first: an index on them answers "ends with"."""
        return self.digits[::-1]

    def display(self, country: str) -> str:
        """As people in `country` (ISO 3166 alpha-2) write it: their own numbers nationally."""
        if not self.is_e164:
            return self.number
        try:
            parsed = phonenumbers.parse(self.number, None)
        except phonenumbers.NumberParseException:
            return self.number
        home = parsed.country_code == phonenumbers.country_code_for_region(country)
        style = phonenumbers.PhoneNumberFormat
        return str(
            phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)
        )


def parse_phone(text: str, country: str) -> Phone | None:
    """The number meant by `text` when dialled from `country` (ISO 3166 alpha-2).

    E.164 where the numbering plan allows the length, else the bare digits (an extension, a short
    code); None when there are fewer than 3 or more than 20 digits. A text that begins with a space
    and a digit is first tried with a plus: that is what a "+" in a web address turns into.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    for candidate in _readings(text):
        number = _e164(candidate, country)
        if number:
            return Phone(number)
    digits = plain_digits(text)
    return Phone(digits) if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS else None


def looks_like_phone(text: str) -> bool:
    """Whether a text typed in a search box can be a number: digits and dialling marks only."""
    return bool(_ONLY_PHONE.fullmatch(text)) and len(plain_digits(text)) >= _FEWEST_DIGITS


def ending_key(text: str) -> str:
    """What to look for at the start of `reversed_digits` when someone typed (part of) a number.

    Leading zeros are dropped: the national "0475…" is the end of "+32475…".
    """
    return plain_digits(text).lstrip("0")[::-1]


def plain_digits(text: str) -> str:
    """The digits of a text in ASCII, whatever script they were written in."""
    digits = _NOT_DIGIT.sub("", text)
    return digits if digits.isascii() else "".join(str(int(d)) for d in digits)


def _readings(text: str) -> list[str]:
    """The ways to read a text, likeliest first."""
    stripped = text.strip()
    readings = [stripped]
    if text[:1] == " " and stripped[:1].isdigit() and stripped[:1] != "0":
        readings.insert(0, f"+{stripped}")
    if stripped.startswith("00"):
        # In countries whose own prefix is not 00 (011 in America) people still write 00.
        readings.append(f"+{stripped[2:]}")
    return readings


def _e164(text: str, country: str) -> str:
    """E.164 of one reading, or "" when no numbering plan knows that length."""
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
