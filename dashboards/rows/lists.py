"""What a list of rows behind the board is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Shop
from dashboards.stats.lens import Lens
from helpdesk.lib.filters import Filter
from helpdesk.lib.paging import Ordering


@dataclass(frozen=True)
class Looking:
    """Who looks at the rows, and when: the shop, its lens of today, and the address."""

    shop: Shop
    lens: Lens
    params: Mapping[str, str]


@dataclass(frozen=True)
class RowList:
    """One kind of rows. ``title`` and ``about`` are lazy texts, ``row`` is a template fragment;
    ``heads`` are its column headings with their classes."""

    title: Any
    about: Any
    rows: Callable[[Looking], QuerySet]
    filters: Callable[[Looking], Sequence[Filter]]
    orderings: Mapping[str, Ordering]
    default: str
    heads: tuple[tuple[Any, str], ...]
    row: str
