"""Shares of a whole in the few characters a table has room for."""

WHOLE_FROM = 10
NONE = "\u2013"


def percent_text(share: float | None) -> str:
    """A share between 0 and 1 as "36 %" (narrow space); under 10 % with one decimal if it has one.

    An en dash for None: nothing to divide by is not 0 %.
    """
    if share is None:
        return NONE
    value = share * 100
    decimals = 1 if 0 < value < WHOLE_FROM and round(value, 1) != round(value) else 0
    return f"{value:.{decimals}f}\u202f%"
