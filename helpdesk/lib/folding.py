"""Folding: the form of a text under which people expect to find it.

The database folds ASCII only (SQLite) or by its own locale (PostgreSQL), so services store a
folded copy beside the original and search that (DESIGN 4.14).
"""

import unicodedata

# Letters that have no decomposition in Unicode, though people type them without the stroke, and
# the punctuation that word processors put in the place of what is on the keyboard.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\u0131": "i",
        "ŋ": "ng",
        "ŧ": "t",
        "ƀ": "b",
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u00b4": "'",
        "\u0060": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
    }
)
_FOLDED_LENGTH = 300


def fold(text: str, limit: int = _FOLDED_LENGTH) -> str:
    """`text` without case, diacritics and superfluous space, at most `limit` characters.

    Folding twice changes nothing. Letters of other scripts stay themselves. Control and invisible
    formatting characters vanish, so the result can be stored on PostgreSQL.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().replace("`", "'").split())[:limit].rstrip()
    # One character can fold into many (U+FDFA gives 18): bound the work before, the result after.
    folded = text[: 4 * limit].translate(_LETTERS)
    # Twice, because folding the case of one letter may give another that decomposes (İ, ǰ).
    for _round in range(2):
        folded = unicodedata.normalize("NFKD", folded).casefold().translate(_LETTERS)
    folded = unicodedata.normalize("NFKD", folded)
    kept = "".join(c for c in folded if not unicodedata.combining(c) and _is_visible(c))
    return " ".join(kept.split())[:limit].rstrip()


def fold_key(text: str) -> str:
    """Only the letters and digits of the folded text: "Order No." and "order_no" are the same key."""
    return "".join(c for c in fold(text) if c.isalnum())


def _is_visible(character: str) -> bool:
    """Whether a character carries meaning: white space does, a NUL or a zero-width joiner not."""
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
