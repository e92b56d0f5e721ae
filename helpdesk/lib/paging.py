"""Lists page by key: the page after a row is found by an index, however deep it lies.

The rows whose sort value is NULL come last in both directions and are read as a second segment, so
that each query is one range of a plain index on (field, ..., pk) on both engines.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from math import isfinite
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import (
    BooleanField,
    Field,
    Func,
    IntegerField,
    Model,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable, F
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

COUNT_LIMIT = 1000
DEFAULT_SIZE = 50
_LONGEST_CURSOR = 2000
_PLACES = ("after", "before")

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Ordering:
    """One way to sort a list: `fields` ascending, all non-null but (if `nullable`) the first.

    Each field may follow a foreign key ("customer__name_folded"), or be an annotation or alias of
    the queryset that its rows have as an attribute. The key is added as tie-break.
    `highest_first`: its heading sorts descending when it is first chosen.
    """

    label: str | Promise
    fields: tuple[str, ...]
    nullable: bool = False
    highest_first: bool = False


@dataclass(frozen=True)
class SortLink:
    """A column heading that sorts."""

    key: str
    label: str | Promise
    query: str
    active: bool
    descending: bool


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list. The queries are "?…" with all filters kept; "" where there is no page."""

    items: list[M]
    count_text: str
    next_query: str
    previous_query: str
    sort: str
    sort_links: dict[str, SortLink]

    @property
    def has_next(self) -> bool:
        """Whether rows follow."""
        return bool(self.next_query)

    @property
    def has_previous(self) -> bool:
        """Whether rows come before."""
        return bool(self.previous_query)


def read_page(
    request: HttpRequest,
    queryset: QuerySet[M],
    orderings: Mapping[str, Ordering],
    default: str,
    size: int = DEFAULT_SIZE,
    *,
    counted: str = "",
) -> Page[M]:
    """The page of `queryset` that the address asks for by `sort`, `after` or `before`.

    `sort` and `default` are a key of `orderings`, descending with "-" before it. What is not
    allowed or cannot be read gives the default sort and the first page. Reads one row more than
    `size` (two queries where NULLs begin) and counts at most 1,000 rows, where there is more than
    one page; not at all where the caller has `counted` them.
    """
    sort = sort_asked(request.GET, orderings, default)
    keys = _keys(queryset, orderings, sort)
    cursor, backward = _place(request, keys, sort)
    items, more = keys.read(cursor, size, backward=backward)
    if cursor is not None and (not items or (backward and not more)):
        # The rows are gone, or the way back has reached the top: show a whole first page.
        cursor, backward = None, False
        items, more = keys.read(None, size, backward=False)
    has_next, has_previous = (True, more) if backward else (more, cursor is not None)

    def move(place: str, item: M) -> str:
        other = _PLACES[1 - _PLACES.index(place)]
        cursor = _encode([sort, *keys.values_of(item)])
        return query_with(request, **{place: cursor, other: None})

    return Page(
        items=items,
        count_text=counted
        or (count_text(queryset) if has_next or has_previous else str(len(items))),
        next_query=move("after", items[-1]) if has_next else "",
        previous_query=move("before", items[0]) if has_previous else "",
        sort=sort,
        sort_links=_sort_links(request, orderings, sort),
    )


def sort_asked(params: QueryDict, orderings: Mapping[str, Ordering], default: str) -> str:
    """The sort the address asks for; the default where that is not allowed."""
    sort = params.get("sort", "")
    return sort if sort.removeprefix("-") in orderings else default


def in_order(
    queryset: QuerySet[M], orderings: Mapping[str, Ordering], sort: str
) -> Sequence[QuerySet[M]]:
    """All rows in the order of a list, as the ranges to read one after the other."""
    return _keys(queryset, orderings, sort).segments(None, backward=False)


def row_after(
    queryset: QuerySet[M], orderings: Mapping[str, Ordering], sort: str, item: M
) -> M | None:
    """The row that follows the place of `item`, which itself need not be in the list any more."""
    keys = _keys(queryset, orderings, sort)
    items, _more = keys.read(keys.values_of(item), 1, backward=False)
    return items[0] if items else None


def count_text(queryset: QuerySet[M]) -> str:
    """How many rows: exact to 999, then "1000+". Never reads more than 1,000 of them."""
    return told_count(queryset.order_by()[:COUNT_LIMIT].count())


def told_count(count: int) -> str:
    """A count of at most 1,000 rows in words: exact to 999, then "1000+"."""
    return f"{COUNT_LIMIT}+" if count >= COUNT_LIMIT else str(count)


class CappedCount(Subquery):
    """How many rows a queryset has, at most 1,000: several of them are one query."""

    template = "(SELECT count(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any]) -> None:
        super().__init__(queryset.order_by().values("pk")[:COUNT_LIMIT])


def capped_count_sql(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The count of a ``CappedCount`` as a part of a statement, with its parameters."""
    try:
        rows, params = queryset.order_by().values("pk")[:COUNT_LIMIT].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    # Of Django's own making; what was typed is among the parameters.
    return f"(SELECT count(*) FROM ({rows}) capped)", params  # noqa: S608


def query_with(request: HttpRequest, **changes: object) -> str:
    """The query string of this page with `changes` made; None takes a parameter out.

    A list or tuple gives the parameter several values. Always begins with "?".
    """
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, [str(v) for v in value])
        else:
            params[name] = str(value)
    return "?" + params.urlencode()


class _After(Func):
    """Row-value comparison (a, b, c) > (1, 2, 3), which both engines answer from an index."""

    conditional = True
    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(
        self, columns: Sequence[Combinable], values: Sequence[Value], operator: str
    ) -> None:
        left = Func(*columns, template="(%(expressions)s)", output_field=BooleanField())
        right = Func(*values, template="(%(expressions)s)", output_field=BooleanField())
        super().__init__(left, right, arg_joiner=f" {operator} ")


class _Keys(Generic[M]):
    """The sort columns of one list, and how to read from a place in it."""

    def __init__(self, queryset: QuerySet[M], ordering: Ordering, *, descending: bool) -> None:
        self.queryset = queryset
        self.nullable = ordering.nullable
        self.descending = descending
        pk = queryset.model._meta.pk
        self.names = [*ordering.fields, pk.attname]
        self.fields = [*(_field(queryset, name) for name in ordering.fields), pk]

    def values_of(self, item: M) -> list[object]:
        """The values of one row that say where it stands."""
        return [reduce(getattr, name.split("__"), item) for name in self.names]

    def read(
        self, cursor: list[object] | None, size: int, *, backward: bool
    ) -> tuple[list[M], bool]:
        """Up to `size` rows after (before) the cursor in list order, and whether more follow."""
        found: list[M] = []
        for segment in self.segments(cursor, backward=backward):
            if len(found) <= size:
                found += segment[: size + 1 - len(found)]
        items = found[:size]
        return (items[::-1] if backward else items), len(found) > size

    def segments(self, cursor: list[object] | None, *, backward: bool) -> list[QuerySet[M]]:
        """The ranges to read one after the other: the rows with a value, then those without."""
        if not self.nullable:
            return [self._range(self.queryset, 0, cursor, backward=backward)]
        first = self.names[0]
        valued = self.queryset.filter(**{f"{first}__isnull": False})
        empty = self.queryset.filter(**{f"{first}__isnull": True})
        in_empty = cursor is not None and cursor[0] is None
        valued_cursor = None if in_empty else cursor
        empty_cursor = cursor[1:] if in_empty and cursor is not None else None
        segments = [
            self._range(valued, 0, valued_cursor, backward=backward),
            self._range(empty, 1, empty_cursor, backward=backward),
        ]
        if cursor is None:
            return segments[::-1] if backward else segments
        if backward:
            return segments[::-1] if in_empty else segments[:1]
        return segments[1:] if in_empty else segments

    def _range(
        self, rows: QuerySet[M], skip: int, cursor: list[object] | None, *, backward: bool
    ) -> QuerySet[M]:
        """Rows after the cursor in reading direction, ordered by the columns from `skip` on."""
        names = self.names[skip:]
        downward = self.descending != backward
        ordered = rows.order_by(*(f"-{name}" if downward else name for name in names))
        if cursor is None:
            return ordered
        values = [
            Value(value, output_field=field)
            for value, field in zip(cursor, self.fields[skip:], strict=True)
        ]
        return ordered.filter(_After([F(name) for name in names], values, "<" if downward else ">"))


def _keys(queryset: QuerySet[M], orderings: Mapping[str, Ordering], sort: str) -> _Keys[M]:
    """The sort columns of a list by the word that the address has for them."""
    ordering = orderings[sort.removeprefix("-")]
    return _Keys(queryset, ordering, descending=sort.startswith("-"))


def _field(queryset: QuerySet, name: str) -> Field:
    """The model field at the end of a path, or what an annotation gives."""
    if name in queryset.query.annotations:
        given: Field = queryset.query.annotations[name].output_field
        return given
    model: type[Model] = queryset.model
    *path, last = name.split("__")
    for step in path:
        related = model._meta.get_field(step).related_model
        if not isinstance(related, type):
            msg = f"{name} does not lead to a field"
            raise FieldDoesNotExist(msg)
        model = related
    field = model._meta.get_field(last)
    if not isinstance(field, Field):
        msg = f"{name} is not a column"
        raise FieldDoesNotExist(msg)
    return field


def _place(request: HttpRequest, keys: _Keys[M], sort: str) -> tuple[list[object] | None, bool]:
    """The cursor in the address and whether it is read backward; (None, False) without a good one."""
    for place in _PLACES:
        text = request.GET.get(place, "")
        if text:
            cursor = _decode(text, keys, sort)
            return cursor, place == "before" and cursor is not None
    return None, False


def _encode(values: list[object]) -> str:
    """Values as a word that can stand in an address."""
    text = json.dumps(values, cls=_Exact, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str, keys: _Keys[M], sort: str) -> list[object] | None:
    """The values of a cursor made for this sort; None when it was tampered with or is too old."""
    if len(text) > _LONGEST_CURSOR:
        return None
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(raw, list) or len(raw) != len(keys.fields) + 1 or raw[0] != sort:
        return None
    try:
        values = [_value(field, value) for field, value in zip(keys.fields, raw[1:], strict=True)]
    except (ValidationError, ValueError, TypeError, OverflowError):
        return None
    nulls_allowed = [keys.nullable] + [False] * (len(values) - 1)
    allowed = all(v is not None or ok for v, ok in zip(values, nulls_allowed, strict=True))
    return values if allowed else None


def _value(field: Field, raw: object) -> object:
    """A cursor's value as the field understands it. Raises ValidationError and the like."""
    if raw is not None and not isinstance(raw, str | int | float | bool):
        msg = "not a plain value"
        raise TypeError(msg)
    if isinstance(raw, str) and "\0" in raw:
        msg = "PostgreSQL stores no NUL"
        raise ValueError(msg)
    value: object = getattr(field, "target_field", field).to_python(raw)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        msg = "beyond 64 bits"
        raise OverflowError(msg)
    if (isinstance(value, datetime) and value.tzinfo is None) or (
        isinstance(value, Decimal | float) and not isfinite(value)
    ):
        msg = "no place in an order"
        raise ValueError(msg)
    return value


class _Exact(DjangoJSONEncoder):
    """JSON that keeps the microseconds, or rows of the same millisecond would be skipped."""

    def default(self, o: object) -> object:
        isoformat = getattr(o, "isoformat", None)
        return isoformat() if isoformat is not None else super().default(o)


def _sort_links(
    request: HttpRequest, orderings: Mapping[str, Ordering], sort: str
) -> dict[str, SortLink]:
    """A link for each ordering; the active one turns the direction round."""
    links = {}
    for key, ordering in orderings.items():
        active = sort.removeprefix("-") == key
        downward = sort == key or (ordering.highest_first and not active)
        target = f"-{key}" if downward else key
        query = query_with(request, sort=target, after=None, before=None)
        links[key] = SortLink(key, ordering.label, query, active, active and sort.startswith("-"))
    return links
