"""Published and reference numbers that the statistics must reproduce, with their sources.

Copies, so that the tests run on any machine. Where the folder ``shared`` lies beside the checkout
``shared_case`` reads the full case files from it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def shared_case(name: str) -> Any:
    """The content of one case file, or a skip that says why."""
    path = SHARED / "cases" / name
    if not path.is_file():
        pytest.skip(f"the folder 'shared' with cases/{name} is not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


# Deaths by horse kick in 200 Prussian corps-years: von Bortkiewicz 1898; R package vcd, HorseKicks.
HORSE_KICKS = {0: 109, 1: 65, 2: 22, 3: 3, 4: 1}
# Accidents of 647 women in a shell factory: Greenwood & Yule 1920, J. R. Stat. Soc. 83:255-279.
GREENWOOD_YULE = {0: 447, 1: 132, 2: 42, 3: 21, 4: 3, 5: 2}
# 500 purchases simulated from NB(mean 0.6, size 0.8); its true T at alpha 0.005 is 6.
SIMULATED = {0: 329, 1: 106, 2: 38, 3: 15, 4: 6, 5: 4, 6: 1, 8: 1}

# Counts of mature purchases, then mu, k and T by the reference implementation of METHOD 3.
REFERENCE_FITS = {
    "greenwood_yule": (GREENWOOD_YULE, 0.526, 0.659, 6),
    "horse_kicks": (HORSE_KICKS, 0.628, 3.84, 5),
    "all_zero_200": ({0: 200}, 0.024, 0.993, 3),
    "gamma_500_clean": (SIMULATED, 0.552, 0.808, 6),
    "gamma_500_plus_10_disasters": (SIMULATED | {20: 10}, 0.552, 0.808, 6),
}

# (mean, size, T at alpha 0.005, P(N >= T)): scipy 1.17 and R's qnbinom and qpois agree.
TAILS = (
    (0.15, 0.5, 3, 0.0042278),
    (0.3, 0.5, 5, 0.0022056),
    (0.6, 0.5, 7, 0.0041807),
    (0.6, 1, 6, 0.0027809),
    (0.6, None, 4, 0.0033581),
    (1.0, 2, 7, 0.0025911),
    (1.5, 5, 7, 0.0046952),
    (2.5, 0.5, 22, 0.0048544),
    (2.5, None, 8, 0.0042467),
)

# Thrombolysis trial, 15 p-values: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289-300.
THROMBOLYSIS = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0,
)  # fmt: skip
THROMBOLYSIS_ADJUSTED = (
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571, 0.0638571, 0.0645,
    0.0765, 0.486, 0.5811818, 0.714875, 0.7532308, 0.8132143, 1.0,
)  # fmt: skip

# (age, days of its contacts) of five purchases, and their mean cumulative function by hand.
FIVE_PURCHASES = ((10, (2,)), (20, (5, 15)), (30, ()), (40, (2, 33)), (50, (25,)))
FIVE_PURCHASES_MCF = {2: 0.4, 5: 0.6, 15: 0.85, 25: 1.183333333, 33: 1.683333333}

# Nonconformities of 20 samples of 5 computers: Montgomery, Introduction to Statistical Quality
# Control, 2nd ed. 1991, pp. 181-182; mean 1.93, limits 0.07 and 3.79.
COMPUTERS = (10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5)
# Dyed cloth, defects and units of 50 square metres: Montgomery, as above, pp. 183-184.
CLOTH = (14, 12, 20, 11, 7, 10, 21, 16, 19, 23)
CLOTH_SIZES = (10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5)
# Fabric rolls: SAS/QC sample SHWUEX3; mean 0.2880493, Laney's sigma_z 1.368811.
ROLLS = (7, 11, 15, 6, 11, 15, 5, 10, 8, 3, 3, 14, 3, 9, 7, 6, 7, 5, 14, 13, 11, 6, 6, 9, 11)
ROLL_SIZES = (
    30.0, 27.6, 30.4, 34.8, 26.0, 28.6, 28.0, 30.2, 28.2, 31.4, 30.3, 27.8, 27.0,
    30.0, 32.1, 34.8, 26.5, 30.0, 31.3, 31.6, 29.4, 28.6, 27.5, 32.6, 31.7,
)  # fmt: skip
