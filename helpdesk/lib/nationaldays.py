"""National holidays by the `holidays` package.

Importing it and the first country takes a third of a second and some ten megabytes, so it is
imported where the first day is asked for, and a process that asks for none never pays.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

LANGUAGE = "en_US"


@lru_cache(maxsize=1)
def countries() -> Mapping[str, Sequence[str]]:
    """The two letters of the countries whose holidays are known, with the names of their parts."""
    from holidays import list_supported_countries  # noqa: PLC0415  # see above

    found = list_supported_countries()
    return {code: sorted(parts) for code, parts in found.items() if len(code) == 2}  # noqa: PLR2004


@lru_cache(maxsize=256)
def holidays_of(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year by day; none for a country or part that is not known."""
    from holidays import country_holidays  # noqa: PLC0415  # see above

    try:
        found = country_holidays(country, subdiv=subdivision or None, years=year, language=LANGUAGE)
    except NotImplementedError:
        return {}
    return dict(found.items())


def holiday_on(country: str, subdivision: str, day: date) -> str:
    """What is celebrated there on this day; "" for an ordinary day."""
    return holidays_of(country, subdivision, day.year).get(day, "")
