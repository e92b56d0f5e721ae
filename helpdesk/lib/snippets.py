"""The place in a text where it answers to a search, with the words marked."""

import re
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from helpdesk.lib.folding import fold

LENGTH = 170
# Of the text before the first word so much is kept, so that the word has company.
BEFORE = 50
# Further in nobody looks: the index too ends somewhere.
_LOOKED_AT = 20_000


def snippet(text: str, words: Sequence[str], *, length: int = LENGTH) -> SafeString:
    """About `length` characters of the text around the first of the folded words, as safe HTML.

    Words are marked as they begin, in any case and with any accents; everything else is escaped.
    """
    text = " ".join(text[:_LOOKED_AT].split())
    places = [
        (found.start(), found.end())
        for found in re.finditer(r"[^\W_]+", text)
        if fold(found.group()).startswith(tuple(words))
    ]
    start, end = _stretch(text, places[0][0] if places else 0, length)
    parts: list[tuple[str, str]] = []
    at = start
    for first, last in places:
        if start <= first and last <= end:
            parts.append((text[at:first], text[first:last]))
            at = last
    marked = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html(
        "{}{}{}{}", "… " if start else "", marked, text[at:end], " …" if end < len(text) else ""
    )


def _stretch(text: str, hit: int, length: int) -> tuple[int, int]:
    """Where to begin and to end, at the borders of words."""
    start = 0 if hit <= BEFORE else text.rfind(" ", 0, hit - BEFORE + 1) + 1
    start = hit if start < hit - 2 * BEFORE else start
    if len(text) - start <= length:
        return start, len(text)
    end = text.rfind(" ", start, start + length)
    return start, end if end > hit else start + length
