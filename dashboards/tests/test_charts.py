import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from dashboards.charts import (
    Bar,
    BarsAndLine,
    Blocks,
    ControlChart,
    ControlPoint,
    CountBar,
    Distribution,
    Funnel,
    FunnelPoint,
    Pareto,
    ParetoRow,
    Sparkline,
    StackedBar,
    StackPart,
    draw_bars_and_line,
    draw_blocks,
    draw_control,
    draw_distribution,
    draw_funnel,
    draw_pareto,
    draw_sparkline,
    draw_stacked,
)
from dashboards.charts.marks import Scale, tick_text, ticks

EVIL = '<script>alert("x")</script>&'

DISTRIBUTION = Distribution(
    bars=tuple(
        CountBar(net, str(net) if net < 9 else "9+", count, f"/purchases/?net={net}")
        for net, count in enumerate([731, 250, 98, 38, 16, 6, 5, 3, 2, 3])
    ),
    threshold=6,
    nine_in_ten=2,
    alarm_lines=("13 purchases reached it;",),
    alarm_link="See the 13",
    alarm_url="/flags/",
    x_label="contacts",
)
FUNNEL = Funnel(
    points=(
        FunnelPoint("Whisk", 39, 0.36, "/products/1/", named=True),
        FunnelPoint("Polder mug", 118, 1.2, "/products/2/", outside=True, note="78 avoidable"),
    ),
    mean=0.53,
    upper=((25, 1.1), (220, 0.8)),
    lower=((25, -0.1), (220, 0.25)),
    mean_label="the rest, 0.53",
    limit_label="limit, z = 3",
)
CONTROL = ControlChart(
    points=(
        ControlPoint("W42", 0.41, 20, 0.66),
        ControlPoint("W43", None),
        ControlPoint("W44", 0.69, 21, 0.66, 0.02, "beyond", "beyond the limit", "/weeks/44/"),
        ControlPoint("W45", 0.5, 22, 0.66, 0.02, "run"),
    ),
    centre=0.31,
    title="Contacts per purchase, by week",
)


def parse(svg):
    return ElementTree.fromstring(svg)  # noqa: S314  # our own drawing


def of_class(root, name):
    return [node for node in root.iter() if name in node.get("class", "").split()]


def texts(root):
    return ["".join(node.itertext()) for node in root.iter("text")]


def every_chart(words="x"):
    return [
        draw_distribution(
            Distribution(
                (CountBar(0, words, 1, words), CountBar(1, words, 2)),
                1,
                0,
                (words,),
                words,
                words,
                words,
            )
        ),
        draw_pareto(Pareto((ParetoRow(words, 3, words, words, words, 0.5, 0.2, 0.1),), words)),
        draw_funnel(
            Funnel(
                (FunnelPoint(words, 3, 1, words, outside=True, note=words),),
                0.5,
                ((1, 1), (2, 1)),
                (),
                words,
                words,
                words,
            )
        ),
        draw_control(
            ControlChart(
                (ControlPoint(words, 1, 1, 2, 0, "beyond", words, words),), 1, words, words, words
            )
        ),
        draw_bars_and_line(BarsAndLine((Bar(words, 3, words),), words, (words, words))),
        draw_stacked(StackedBar((StackPart(words, 1, words, words),), words)),
        draw_blocks(Blocks(2, 1, words)),
        draw_sparkline(Sparkline((1, 2), words)),
    ]


def test_no_chart_has_inline_style_or_script():
    for chart in every_chart():
        assert not re.search(r"style=|<script|\son\w+=", chart)


def test_every_text_of_a_caller_is_escaped():
    for chart in every_chart(EVIL):
        assert "<script" not in chart
        parse(chart)


def test_charts_of_nothing_are_drawn_without_an_error():
    assert "<svg" in draw_distribution(Distribution(()))
    assert "<svg" in draw_funnel(Funnel((), 0.0))
    assert "<svg" in draw_control(ControlChart((), None, "t"))
    assert "td-c-trough" in draw_stacked(StackedBar((), "t"))
    assert draw_sparkline(Sparkline((1,), "t")) == ""
    assert "<svg" in draw_bars_and_line(BarsAndLine((), "t", ("a", "b")))
    assert "<tbody></tbody>" in draw_pareto(Pareto((), "t"))


def test_bars_from_the_largest_down_and_the_line_of_what_they_come_to_together():
    chart = BarsAndLine(
        (Bar("Mass", 6, "/a/"), Bar("Glaze: Pinhole", 3, "/b/"), Bar("Chips", 1)),
        "What was wrong",
        ("What", "Inspections"),
    )
    root = parse(draw_bars_and_line(chart))
    links = of_class(root, "td-c-link")
    said = [(one.get("href"), one.get("aria-label"), one.get("data-count")) for one in links]
    assert said == [("/a/", "Mass: 6", "6"), ("/b/", "Glaze: Pinhole: 3", "3")]
    heights = [float(bar.get("height")) for bar in of_class(root, "td-c-bar")]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert chart.shares == [0.6, 0.9, 1.0]
    # The line ends where the whole is, at the top of the chart.
    assert [float(point.get("cy")) for point in of_class(root, "td-c-dot")][-1] == 30
    assert [row.cells for row in chart.table.rows][1] == ("Glaze: Pinhole", "3", "90\u202f%")


def test_each_bar_links_to_its_purchases_and_says_its_number():
    root = parse(draw_distribution(DISTRIBUTION))
    links = [node for node in of_class(root, "td-c-link") if "net=" in node.get("href")]
    assert [node.get("href") for node in links] == [f"/purchases/?net={n}" for n in range(10)]
    assert links[0].get("aria-label") == "0 contacts: 731 purchases"
    assert links[9].get("aria-label") == "9+ contacts: 3 purchases"


def test_bars_at_or_over_the_threshold_are_alarming_and_stand_in_the_zone():
    root = parse(draw_distribution(DISTRIBUTION))
    bars = of_class(root, "td-c-bar")
    alarm = of_class(root, "td-c-bar-alarm")
    zone = float(of_class(root, "td-c-zone")[0].get("x"))
    assert bars[6:] == alarm
    assert all(float(bar.get("x")) > zone for bar in alarm)
    assert all(float(bar.get("x")) < zone for bar in bars[:6])
    assert "threshold 6" in texts(root)


def test_bar_heights_are_in_proportion_and_a_single_purchase_can_still_be_seen():
    bars = of_class(parse(draw_distribution(DISTRIBUTION)), "td-c-bar")
    heights = [float(bar.get("height")) for bar in bars]
    assert heights[0] / heights[1] == pytest.approx(731 / 250, rel=0.01)
    assert heights[5] >= 4


def test_few_purchases_over_the_threshold_are_a_square_each():
    root = parse(draw_distribution(DISTRIBUTION))
    squares = of_class(root, "td-c-bar-alarm")
    assert len(squares) == sum(bar.count for bar in DISTRIBUTION.bars if bar.net >= 6)
    assert {(node.get("width"), node.get("height")) for node in squares} == {("9", "9")}


def test_many_over_the_threshold_are_bars_like_all_others():
    bars = tuple(CountBar(net, str(net), 40) for net in range(8))
    root = parse(draw_distribution(Distribution(bars, threshold=6)))
    assert len(of_class(root, "td-c-bar-alarm")) == 2
    assert len(of_class(root, "td-c-bar")) == 8


def test_the_bracket_covers_the_bars_in_which_nine_of_ten_lie():
    root = parse(draw_distribution(DISTRIBUTION))
    assert "9 in 10 need 2 or fewer" in texts(root)
    right = float(of_class(root, "td-c-bracket")[0].get("d").split("L")[-1].split()[0])
    bars = of_class(root, "td-c-bar")
    assert right == pytest.approx(float(bars[2].get("x")) + float(bars[2].get("width")), abs=0.2)


def test_without_a_threshold_there_is_no_zone():
    root = parse(draw_distribution(Distribution((CountBar(0, "0", 3),))))
    assert not of_class(root, "td-c-zone")
    assert not of_class(root, "td-c-bar-alarm")


def test_the_pareto_table_shows_bars_shares_and_change():
    rows = (
        ParetoRow(
            "Goods",
            271,
            "/i/?fault=goods",
            "Cracked 148",
            "",
            0.36,
            0.24,
            0.07,
            0.01,
            0.12,
            worse=True,
        ),
        ParetoRow("Delivery", 128, "/i/?fault=delivery", "", "", 0.74, 0.11, -0.02),
        ParetoRow("None", 0, "", "", "", 1.0, None, 0.001, vital=False),
    )
    html = draw_pareto(Pareto(rows, "Contacts by fault"))
    root = parse(html)
    widths = [float(bar.get("width")) for bar in of_class(root, "td-c-bar")]
    assert widths[0] == 112
    assert widths[1] / widths[0] == pytest.approx(128 / 271, abs=0.01)
    assert widths[2] == 0
    assert texts(root) == ["271", "128", "0"]
    assert '<a href="/i/?fault=goods" data-count="271">Goods</a>' in html
    assert "+0.07" in html
    assert "\u22120.02" in html
    assert "same</span>" in html
    assert "+0.01 to +0.12" in html
    assert "<caption" in html


def test_a_product_outside_is_a_diamond_with_its_words_and_others_are_dots():
    root = parse(draw_funnel(FUNNEL))
    assert len(of_class(root, "td-c-signal")) == 1
    assert len(of_class(root, "td-c-dot")) == 1
    assert {"Polder mug, 1.20 per purchase", "78 avoidable", "Whisk"} <= set(texts(root))
    assert [node.get("href") for node in of_class(root, "td-c-link")] == [
        "/products/1/",
        "/products/2/",
    ]


def test_words_that_would_leave_the_picture_stand_on_the_other_side_of_their_mark():
    note = "a note that is much longer than the room at the right of the mark"
    point = FunnelPoint("Mug", 118, 1.2, outside=True, note=note)
    root = parse(draw_funnel(Funnel((point, FunnelPoint("Whisk", 210, 0.3)), 0.5)))
    noted = next(node for node in root.iter("text") if node.text == note)
    assert noted.get("text-anchor") == "end"


def test_limits_below_nothing_are_drawn_at_nothing():
    root = parse(draw_funnel(FUNNEL))
    upper, lower = of_class(root, "td-c-limit")
    first = float(lower.get("d").removeprefix("M").split("L")[0].split()[1])
    axis = float(of_class(root, "td-c-axis")[0].get("y1"))
    assert first == pytest.approx(axis, abs=0.1)
    assert upper.get("d") != lower.get("d")


def test_a_period_without_a_value_breaks_the_line_and_signals_differ_by_shape():
    root = parse(draw_control(CONTROL))
    assert len(of_class(root, "td-c-line")) == 1
    assert len(of_class(root, "td-c-signal")) == 2
    assert len(of_class(root, "td-c-signal-run")) == 1
    assert len(of_class(root, "td-c-dot")) == 1
    assert "beyond the limit" in texts(root)


def test_crowded_periods_leave_out_labels_that_would_collide():
    points = tuple(ControlPoint(f"W{n}", 1.0) for n in range(104))
    shown = [
        words
        for words in texts(parse(draw_control(ControlChart(points, 1.0, "t"))))
        if words.startswith("W")
    ]
    assert len(shown) < 25
    assert shown[0] == "W0"


def test_the_table_beside_a_chart_has_the_same_numbers_and_links():
    html = render_to_string("parts/chart_table.html", {"table": DISTRIBUTION.table})
    assert '<a href="/purchases/?net=0" data-count="731">0</a>' in html
    assert ">731</td>" in html
    assert FUNNEL.table.rows[1].cells == ("Polder mug", "118", "1.20", "outside")
    assert CONTROL.table.rows[1].cells == ("W43", "–", "0", "", "", "")
    assert CONTROL.table.rows[2].cells[-1] == "beyond a limit"


def test_a_stacked_bar_fills_its_width_and_shows_the_smallest_part():
    parts = (
        StackPart("kept", 9990),
        StackPart("late", 0, "warn"),
        StackPart("broken", 10, "alarm", "/b/"),
    )
    root = parse(draw_stacked(StackedBar(parts, "promises")))
    blocks = list(root.iter("rect"))
    assert len(blocks) == 2
    last = blocks[-1]
    assert float(last.get("x")) + float(last.get("width")) == pytest.approx(320, abs=0.2)
    assert float(last.get("width")) >= 4


def test_blocks_stop_at_eight_and_hatch_those_without_an_owner():
    root = parse(draw_blocks(Blocks(40, 3, "flags")))
    assert len(of_class(root, "td-c-bar")) == 5
    assert len(of_class(root, "td-c-hatched")) == 3
    assert texts(root) == ["40"]


@pytest.mark.parametrize(
    ("top", "values"),
    [
        (731, [0, 200, 400, 600, 800]),
        (0.69, [0, 0.2, 0.4, 0.6, 0.8]),
        (1, [0, 0.5, 1]),
        (0, [0, 1]),
    ],
)
def test_ticks_are_round_and_cover_the_largest_value(top, values):
    assert ticks(top, most=4) == pytest.approx(values)


def test_ticks_of_counts_are_whole_and_carry_the_decimals_of_their_step():
    assert ticks(3, most=4, whole=True) == [0, 1, 2, 3]
    assert tick_text(0.4, 0.2) == "0.4"
    assert tick_text(1200, 200) == "1,200"


def test_a_scale_without_extent_maps_onto_its_start():
    assert Scale(2, 2, 10, 90)(2) == 10
