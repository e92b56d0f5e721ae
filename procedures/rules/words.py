"""The words a procedure is found by. Pure."""

import re

from helpdesk.lib.folding import fold

# Further in nobody looks.
LONGEST = 20_000
MOST_ASKED = 8


def words_for(text: str) -> str:
    """The folded words of a text, each once and with a blank before it."""
    return "".join(f" {word}" for word in dict.fromkeys(_runs(fold(text, LONGEST))))


def asked_words(text: str) -> list[str]:
    """The folded words that somebody looks for."""
    return _runs(fold(text))[:MOST_ASKED]


def _runs(folded: str) -> list[str]:
    """Runs of letters and digits."""
    return re.findall(r"[^\W_]+", folded)
