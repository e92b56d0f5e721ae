"""Whom a text names with "@"."""

import pytest

from helpdesk.lib.mentions import find_mentions

PEOPLE = [(1, "lotte maes"), (2, "bram de smet"), (3, "jan claes"), (4, "jan"), (5, "zoe o'neil")]


@pytest.mark.parametrize(
    ("text", "people", "unknown", "unclear"),
    [
        ("@lotte", {1}, (), ()),
        ("@Lotte Maes is ill", {1}, (), ()),
        ("Ask @lotte.maes, please", {1}, (), ()),
        ("@Bram De Smet and @Zoë", {2, 5}, (), ()),
        ("@zoe o\u2019neil", {5}, (), ()),
        ("@jan claes", {3}, (), ()),
        ("@jan", {4}, (), ()),
        ("@maes", set(), ("maes",), ()),
        ("@Piet, @piet and @Piet", set(), ("Piet", "piet"), ()),
        ("lotte@example.com, @ lotte, @3", set(), (), ()),
        ("(@lotte)", {1}, (), ()),
        ("", set(), (), ()),
    ],
)
def test_the_longest_name_counts(
    text: str, people: set[int], unknown: tuple[str, ...], unclear: tuple[str, ...]
):
    found = find_mentions(text, PEOPLE)
    assert (set(found.people), found.unknown, found.unclear) == (people, unknown, unclear)


def test_a_first_name_that_two_have_names_nobody():
    found = find_mentions("@jan", [(3, "jan claes"), (6, "jan peeters")])
    assert (found.people, found.unclear) == (frozenset(), ("jan",))
