"""People named in a text with "@": "@Lotte Maes", "@lotte", "@lotte.maes"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.lib.folding import fold

# At the start of a word, so that an e-mail address names nobody; up to four words follow.
_WORD = r"[^\W\d_][\w'\u2019-]*"
_AT = re.compile(rf"(?<![\w@.])@({_WORD}(?:[ .]{_WORD}){{0,3}})")


@dataclass(frozen=True)
class Mentions:
    """Who was named, and the words behind an "@" that name nobody, or more than one person."""

    people: frozenset[int]
    unknown: tuple[str, ...]
    unclear: tuple[str, ...]


def find_mentions(text: str, people: Iterable[tuple[int, str]]) -> Mentions:
    """The people (key and folded name) whom ``text`` names.

    The longest match counts: "@lotte maes is ill" names Lotte Maes. The first name alone is enough
    where only one person has it.
    """
    known = [(key, name.split()) for key, name in people]
    found: set[int] = set()
    unknown: list[str] = []
    unclear: list[str] = []
    for match in _AT.finditer(text):
        typed = re.split(r"[ .]", match[1])
        keys = _longest([fold(word) for word in typed], known)
        if len(keys) == 1:
            found.update(keys)
        else:
            (unclear if keys else unknown).append(typed[0])
    return Mentions(frozenset(found), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(unclear)))


def _longest(typed: list[str], known: list[tuple[int, list[str]]]) -> set[int]:
    """The keys of the people that the most of the typed words name, from the first on."""
    for count in range(len(typed), 0, -1):
        words = typed[:count]
        keys = {key for key, name in known if name[:count] == words}
        exact = {key for key, name in known if name == words}
        if keys:
            return exact if len(exact) == 1 else keys
    return set()
