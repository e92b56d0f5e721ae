import math

import pytest

from thresholds.rules.funnel import Funnel, GroupTotals, funnel


def group(key: str, exposure: float, capped: int, interactions: int | None = None) -> GroupTotals:
    total = capped if interactions is None else interactions
    return GroupTotals(key, exposure, exposure, capped, total)


THREE_EQUAL = [group(key, 100, 50) for key in "abc"]


def test_one_bad_product_is_measured_against_the_others_only() -> None:
    found = funnel([*THREE_EQUAL, group("bad", 100, 150, 400)], 1.0)
    bad = found.groups[0]
    assert (bad.key, bad.rate, bad.others, bad.tau2) == ("bad", 1.5, 0.5, 0.0)
    # 0.5 contacts of chance and 0.25 of purchases that differ, on 100 purchases each.
    assert bad.variance == pytest.approx(0.0075)
    assert bad.z == pytest.approx(1 / math.sqrt(0.0075))
    assert bad.alarm
    # No spread between the others: pulled with the most, 200 purchases at 0.5.
    assert bad.shown_rate == pytest.approx((400 + 200 * 0.5) / 300)
    assert bad.avoidable == pytest.approx((500 / 300 - 0.5) * 100)
    assert [other.alarm for other in found.groups[1:]] == [False] * 3


def test_a_group_below_the_others_has_nothing_to_avoid() -> None:
    found = funnel([*THREE_EQUAL, group("good", 100, 0)], None)
    good = next(one for one in found.groups if one.key == "good")
    assert (good.avoidable, good.alarm) == (0.0, False)
    assert good.z == pytest.approx(-0.5 / math.sqrt(0.005))


def test_tau_squared_is_dersimonian_and_lairds_over_the_others() -> None:
    groups = [
        GroupTotals("a", 40.0, 36.0, 12, 12),
        GroupTotals("b", 80.0, 76.0, 70, 71),
        GroupTotals("c", 25.0, 20.0, 30, 45),
        GroupTotals("d", 300.0, 290.0, 150, 160),
        GroupTotals("e", 120.0, 110.0, 40, 40),
    ]
    k = 0.8
    variances = {}
    for own in groups:
        others = [g for g in groups if g is not own]
        m = sum(g.capped for g in others) / sum(g.exposure for g in others)
        spread = m * own.exposure + m * m * own.exposure_squared / k
        variances[own.key] = (m, spread / own.exposure**2)
    for verdict in funnel(groups, k).groups:
        others = [g for g in groups if g.key != verdict.key]
        weights = [1 / variances[g.key][1] for g in others]
        rates = [g.capped / g.exposure for g in others]
        middle = sum(w * r for w, r in zip(weights, rates, strict=True)) / sum(weights)
        q = sum(w * (r - middle) ** 2 for w, r in zip(weights, rates, strict=True))
        scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
        tau2 = max(0.0, (q - 3) / scale)
        m, v = variances[verdict.key]
        assert verdict.tau2 == pytest.approx(tau2, rel=1e-9, abs=1e-15)
        assert verdict.z == pytest.approx((verdict.rate - m) / math.sqrt(v + tau2), rel=1e-9)
        own = next(g for g in groups if g.key == verdict.key)
        pull = min(200, max(5, m / tau2)) if tau2 else 200
        shown = (own.interactions + pull * m) / (own.exposure + pull)
        assert verdict.shown_rate == pytest.approx(shown)


def test_spread_between_the_others_makes_an_alarm_harder() -> None:
    spread = [group("a", 100, 20), group("b", 100, 80), group("c", 100, 140)]
    calm = [group("a", 100, 80), group("b", 100, 80), group("c", 100, 80)]
    suspect = group("x", 100, 170)
    z = [
        next(g for g in funnel([*s, suspect], 1.0).groups if g.key == "x").z for s in (spread, calm)
    ]
    assert z[0] < 3 < z[1]


def test_the_pull_towards_the_others_stays_between_five_and_two_hundred() -> None:
    wild = [group("a", 1000, 0), group("b", 1000, 5000), group("c", 1000, 20000)]
    found = next(g for g in funnel([*wild, group("x", 10, 0)], 1.0).groups if g.key == "x")
    assert found.others / found.tau2 < 5
    assert found.shown_rate == pytest.approx(5 * found.others / 15)


def test_groups_rank_by_what_could_be_avoided_not_by_rate() -> None:
    groups = [*THREE_EQUAL, group("small", 10, 15), group("large", 400, 360)]
    assert [one.key for one in funnel(groups, 1.0).groups][:2] == ["large", "small"]


def test_small_groups_are_left_out_and_three_are_too_few() -> None:
    tiny = group("tiny", 9.9, 9)
    assert funnel([*THREE_EQUAL, tiny], 1.0) == Funnel(groups=(), eligible=3)
    found = funnel([*THREE_EQUAL, tiny, group("d", 10, 5)], 1.0)
    assert (found.eligible, found.enough, len(found.groups)) == (4, True, 4)


def test_one_interaction_among_none_is_no_alarm() -> None:
    groups = [group(key, 50, 0) for key in "abc"] + [group("x", 50, 1)]
    found = next(g for g in funnel(groups, 1.0).groups if g.key == "x")
    assert found.others == pytest.approx(0.5 / 150)
    assert not found.alarm
    assert all(math.isfinite(g.z) for g in funnel([group(k, 50, 0) for k in "abcd"], None).groups)
