"""Prefix searches that an index answers on both engines, however many rows begin alike."""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from helpdesk.lib.folding import fold
from purchases.models import Lot, Product

M = TypeVar("M", bound=Model)
_LAST_CHARACTER = "\U0010ffff"


class _ByCharacters(OrderBy):
    """Orders as PostgreSQL's pattern index stands (Django makes one for every indexed CharField).

    Without it a planner has to sort everything that begins alike, or to read the table.
    """

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> Any:
        operator = "~>~" if self.descending else "~<~"
        # Django's compiler looks for a direction at the end of every ordering: a comment is one.
        template = f"%(expression)s USING {operator} /* ASC */"
        return self.as_sql(compiler, connection, template=template)


def begins(column: str, prefix: str) -> Q:
    """That `column` begins with `prefix`.

    SQLite does not use an index for LIKE with an escape, so it gets the range instead.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + _LAST_CHARACTER})
    return Q(**{f"{column}__startswith": prefix})


def beginning(
    rows: QuerySet[M], column: str, prefix: str, *, descending: bool = False
) -> QuerySet[M]:
    """The rows whose `column` begins with `prefix`, in the order of its index."""
    found = rows.filter(begins(column, prefix))
    return found.order_by(_ByCharacters(F(column), descending=descending))


def products_like(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Products by the beginning of their name or SKU."""
    return rows.filter(begins("name_folded", fold(text)) | _as_written("sku", text))


def lots_like(rows: QuerySet[Lot], text: str) -> QuerySet[Lot]:
    """Lots by the beginning of their number."""
    return rows.filter(_as_written("number", text))


def _as_written(column: str, text: str) -> Q:
    """That a column which keeps its case begins with the text, as typed or in capitals."""
    text = text.replace("\0", "")  # which PostgreSQL takes in no text
    condition = begins(column, text)
    return condition | begins(column, text.upper()) if text.upper() != text else condition
