import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.lib.tallymarks import MOST_DRAWN, Kind, draw_tally, ghost_place

COUNTS = st.integers(min_value=0, max_value=300)
THRESHOLDS = st.none() | st.integers(min_value=1, max_value=60)


def render(source, **context):
    return Template(source).render(Context(context))


@given(net=COUNTS, merged=COUNTS, later=COUNTS, threshold=THRESHOLDS, seed=st.integers())
def test_alarm_strokes_appear_exactly_when_net_reaches_the_threshold(
    net, merged, later, threshold, seed
):
    drawn = draw_tally(net, merged=merged, later=later, threshold=threshold, seed=seed)
    assert bool(drawn.of(Kind.ALARM)) == (threshold is not None and net >= threshold)


@given(net=COUNTS, merged=COUNTS, later=COUNTS, threshold=THRESHOLDS)
def test_every_counted_contact_up_to_25_is_one_stroke_and_more_become_five_groups(
    net, merged, later, threshold
):
    drawn = draw_tally(net, merged=merged, later=later, threshold=threshold)
    assert len(drawn.of(Kind.INK)) + len(drawn.of(Kind.ALARM)) == min(net, MOST_DRAWN)
    assert drawn.times == (net if net > MOST_DRAWN else None)
    assert len(drawn.of(Kind.MERGED)) == min(merged, 5)
    assert len(drawn.of(Kind.LATER)) == min(later, 5)


@given(net=COUNTS, merged=COUNTS, threshold=THRESHOLDS, height=st.floats(10, 100))
def test_all_strokes_lie_inside_the_picture(net, merged, threshold, height):
    drawn = draw_tally(net, merged=merged, threshold=threshold, height=height)
    for stroke in drawn.strokes:
        assert min(stroke.x1, stroke.x2) >= 0
        assert max(stroke.x1, stroke.x2) <= drawn.width
        assert min(stroke.y1, stroke.y2) >= 0
        assert max(stroke.y1, stroke.y2) <= drawn.height


def test_the_same_purchase_is_always_drawn_the_same_and_another_one_differs():
    assert draw_tally(7, threshold=6, seed=12) == draw_tally(7, threshold=6, seed=12)
    assert draw_tally(7, threshold=6, seed=12) != draw_tally(7, threshold=6, seed=13)


def test_earlier_strokes_do_not_move_when_one_more_is_added():
    assert draw_tally(4, seed=1).strokes == draw_tally(5, seed=1).strokes[:4]


def test_the_fifth_crosses_from_low_left_to_high_right_past_the_outer_strokes():
    *uprights, slash = draw_tally(5, height=20).strokes
    assert slash.y1 > slash.y2
    assert slash.x1 < min(min(s.x1, s.x2) for s in uprights)
    assert slash.x2 > max(max(s.x1, s.x2) for s in uprights)


def test_strokes_from_the_thresholds_place_on_are_alarming_and_those_before_are_not():
    drawn = draw_tally(7, threshold=6)
    assert (len(drawn.of(Kind.INK)), len(drawn.of(Kind.ALARM))) == (5, 2)


@pytest.mark.parametrize(
    ("net", "threshold", "place"),
    [
        (5, 6, 6),
        (4, 6, 6),
        (3, 6, None),
        (6, 6, None),
        (0, 2, None),
        (25, 27, None),
        (3, None, None),
    ],
)
def test_the_ghost_stands_at_the_thresholds_place_when_it_is_near(net, threshold, place):
    assert ghost_place(net, threshold) == place


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError, match="negative"):
        draw_tally(-1)


def test_the_words_say_number_threshold_and_what_is_not_counted():
    html = render("{% tally 5 merged=1 later=2 threshold=6 seed=4 %}")
    assert (
        '<span class="visually-hidden">5 counted contacts, threshold 6, 1 merged, not counted, '
        "2 later than the window, not counted</span>" in html
    )
    assert "1 counted contact, at or over the threshold of 1<" in render(
        "{% tally 1 threshold=1 %}"
    )


def test_the_picture_is_hidden_from_screen_readers_and_has_no_inline_style():
    html = render("{% tally 7 merged=1 threshold=6 size='lg' number='right' %}")
    assert 'aria-hidden="true" focusable="false"' in html
    assert "style=" not in html
    assert html.count("td-tally-alarm") == 1
    assert re.search(r'td-tally-number td-tally-number-alarm" aria-hidden="true">7<', html)


def test_no_contacts_are_a_plain_zero_without_a_picture():
    html = render("{% tally 0 threshold=6 %}")
    assert "<svg" not in html
    assert ">0</span>" in html
    assert "<svg" not in render("{% tally None %}")


def test_more_than_25_show_their_number_even_when_none_was_asked_for():
    assert "\u00d7 135" in render("{% tally 135 threshold=6 %}")


def test_five_of_six_is_written_out_where_there_is_room():
    html = render("{% tally 5 threshold=6 size='lg' number='of' %}")
    assert ">5</span>" in html
    assert ">of 6</span>" in html
    assert "td-tally-ghost" in html
    assert "td-tally-ghost" not in render("{% tally 5 threshold=6 %}")


def test_the_logo_is_one_group_of_five():
    assert render("{% tally_logo size=24 %}").count("M") == 5
