"""Folding of text for search columns."""

import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.folding import fold, fold_key

NAUGHTY = settings.BASE_DIR.parent / "shared/data/bad/naughty_strings/blns.json"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José  Müller ", "jose muller"),
        ("STRAẞE Straße", "strasse strasse"),
        ("Łódź Ærø Đorđe œuvre", "lodz aero dorde oeuvre"),
        ("İstanbul ISTANBUL \u0131s\u0131", "istanbul istanbul isi"),
        ("O\u2019Brien", "o'brien"),
        ("Ångström\u00a0AB", "angstrom ab"),
        ("\uff21\uff42\uff43", "abc"),
        ("Γειά σου Ἀθῆναι", "γεια σου αθηναι"),  # noqa: RUF001 (Greek on purpose)
        ("东京 Иван", "东京 иван"),
        ("zero\u200bwidth\x00", "zerowidth"),
        ("", ""),
    ],
)
def test_a_text_is_found_however_it_was_typed(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_result_is_bounded_even_when_characters_expand() -> None:
    assert len(fold("\ufdfa" * 1000)) <= 300
    assert fold("ab cd", limit=3) == "ab"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_no_folded_text_holds_a_control_character(text: str) -> None:
    assert not any(ord(c) < 32 for c in fold(text))


@pytest.mark.shared
def test_naughty_strings_fold_without_complaint() -> None:
    if not NAUGHTY.exists():
        pytest.skip("the sample data beside the checkout is absent")
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        assert fold(fold(text)) == fold(text)


def test_a_key_ignores_punctuation() -> None:
    assert fold_key("Order No.") == fold_key("order_no") == "orderno"
