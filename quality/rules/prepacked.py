"""What a pre-packed good may weigh too little: Directive 76/211/EEC, Annex I 2.4. Pure and exact."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

# (up to and including this nominal quantity, per cent of it, or an amount), in g or ml.
_TABLE: tuple[tuple[int, Decimal | None, Decimal | None], ...] = (
    (50, Decimal(9), None),
    (100, None, Decimal("4.5")),
    (200, Decimal("4.5"), None),
    (300, None, Decimal(9)),
    (500, Decimal(3), None),
    (1000, None, Decimal(15)),
    (10_000, Decimal("1.5"), None),
)
LEAST, MOST = Decimal(5), Decimal(10_000)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Tolerance:
    """``error`` T; at most 2 % of packs under ``first`` (Q - T), none under ``second`` (Q - 2T)."""

    error: Decimal
    first: Decimal
    second: Decimal


def tolerance(nominal: Decimal) -> Tolerance:
    """The tolerable negative error of a nominal quantity in g or ml, rounded up to a tenth.

    Raises ValueError outside 5 to 10,000.
    """
    if not LEAST <= nominal <= MOST:
        raise ValueError(f"{nominal} is not between {LEAST} and {MOST}")
    share, amount = next((share, amount) for end, share, amount in _TABLE if nominal <= end)
    error = amount
    if share is not None:
        error = (nominal * share / 100).quantize(TENTH, rounding=ROUND_CEILING)
    if error is None:  # pragma: no cover - every row of the table has one of them
        raise ValueError(nominal)
    return Tolerance(error, nominal - error, nominal - 2 * error)
