"""A procedure's file: written, read back the same, and refused with the line that is wrong."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.rules.drafts import BranchDraft, StepDraft
from procedures.rules.front_matter import FileFault
from procedures.rules.markdown_files import ProcedureFile, read_file, write_file, write_steps

TOLD = ProcedureFile(
    title="Damaged on arrival: the first call",
    key="damaged-on-arrival",
    purpose="A cracked mug is our fault.",
    owner="nadia@example.com",
    review_on=date(2027, 5, 1),
    reasons=("Delivery", "Goods / Cracked or broken"),
    products=("PLD-30",),
    roles=("agent", "manager"),
    change_note="Weighs it now",
    steps=(
        StepDraft("say", "Say you are sorry", "“I am *sorry*.”\n\n- and mean it"),
        StepDraft(
            "decide",
            "Is the parcel damaged too?",
            branches=(
                BranchDraft("Yes", "Weigh the new one"),
                BranchDraft("No", ends=True),
                BranchDraft("Perhaps"),
            ),
        ),
        StepDraft("photo", "A photo", required=False),
        StepDraft(
            "measure",
            "Weigh the new one",
            critical=True,
            unit="g",
            lower=Decimal("335.500000"),
            upper=Decimal("360.000000"),
        ),
    ),
)
TEXT = """---
key: damaged-on-arrival
title: 'Damaged on arrival: the first call'
purpose: A cracked mug is our fault.
owner: nadia@example.com
review_on: '2027-05-01'
reasons:
  - Delivery
  - Goods / Cracked or broken
products:
  - PLD-30
roles:
  - agent
  - manager
change_note: Weighs it now
---

## Say you are sorry

```step
kind: say
```

“I am *sorry*.”

- and mean it

## Is the parcel damaged too?

```step
kind: decide
answers:
  - answer: 'Yes'
    to: Weigh the new one
  - answer: 'No'
    ends: true
  - answer: Perhaps
```

## A photo

```step
kind: photo
required: false
```

## Weigh the new one

```step
kind: measure
critical: true
unit: g
lower: 335.5
upper: 360
```
"""


def test_a_procedure_is_written_as_people_would_write_it():
    assert write_file(TOLD) == TEXT


def test_what_was_written_is_read_back():
    told = read_file(TEXT)
    assert told.step_lines == (18, 28, 40, 47)
    assert write_file(told) == TEXT
    assert (told.reasons, told.review_on, told.roles) == (TOLD.reasons, TOLD.review_on, TOLD.roles)
    assert told.steps == TOLD.steps


def test_line_ends_and_a_mark_at_the_beginning_make_no_difference():
    assert read_file("\ufeff" + TEXT.replace("\n", "\r\n")).steps == TOLD.steps


TITLES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n#`- "))
LIMITS = st.decimals(-(10**6), 10**6, places=3)


@given(
    st.lists(
        st.builds(
            StepDraft,
            kind=st.sampled_from(["do", "ask", "measure"]),
            title=TITLES,
            text=TEXTS,
            required=st.booleans(),
            unit=st.sampled_from(["", "g"]),
            lower=st.none() | LIMITS,
        ),
        max_size=4,
    )
)
def test_whatever_the_steps_say_the_file_written_twice_is_the_same(steps: list[StepDraft]):
    text = write_file(ProcedureFile(title="Any", steps=tuple(steps)))
    told = read_file(text)
    assert len(told.steps) == len(steps)
    assert write_file(told) == text
    assert write_steps(told.steps) == write_steps(steps)


def swap(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "begins with a line"),
        ("# Late\n", 1, "begins with a line"),
        ("---\ntitle: Late\n", 1, "there is none"),
        ("---\npurpose: x\n---\n", 2, "“title” is missing"),
        (swap("owner: nadia", "ownr: nadia"), 5, "“ownr” is no field of a procedure"),
        (swap("'2027-05-01'", "soon"), 6, "Write the day as 2027-05-31"),
        (swap("title: 'Damaged", "title: 'Damaged' x"), 3, "This cannot be read"),
        (swap("owner: nadia@example.com", "title: Twice"), 2, "twice"),
        (swap("purpose: A", "purpose: &a A"), 0, ""),
        (swap("purpose: A cracked mug is our fault.", "purpose: *a"), 4, "write it out"),
        (swap("key: damaged-on-arrival", "key: [[[[[[[[x]]]]]]]]"), 2, "nested too deep"),
        (swap("key: damaged-on-arrival", "key: [x]"), 2, "“key” is one text"),
        (swap("## Say you are sorry", "Say sorry"), 18, "A step begins with"),
        (swap("kind: say\n", "kind: say\nhow: loud\n"), 21, "“how” is no field of a step"),
        (swap("required: false", "required: maybe"), 43, "true or false"),
        (swap("lower: 335.5", "lower: NaN"), 50, "is a number"),
        (swap("lower: 335.5", "lower: much"), 50, "is a number"),
        (swap("  - answer: Perhaps", "  - Perhaps"), 31, "“answers” is a list"),
        (TEXT.rstrip("`\n") + "\n", 49, "ends with a line"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, words: str):
    if not words:
        assert read_file(text).purpose == "A cracked mug is our fault."
        return
    with pytest.raises(FileFault) as refusal:
        read_file(text)
    assert (refusal.value.line, words in refusal.value.text) == (line, True), refusal.value.text


def test_a_file_that_is_too_long_is_not_even_looked_at():
    with pytest.raises(FileFault, match="too long"):
        read_file(TEXT + "x" * 1_000_000)
