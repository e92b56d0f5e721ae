"""Importing ratings.csv: what customers thought of a purchase."""

from collections.abc import Collection, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobs.importing.bulk import insert_rows
from jobs.importing.kinds import ChunkResult, ImportContext, ImportKind, Record
from purchases.models import Purchase
from purchases.services import mark_for_evaluation, set_last_scores
from tickets.importing.columns import rating_columns
from tickets.models import Rating

CHANGEABLE = ("answered_at", "score", "comment")


def load_chunk(records: Sequence[Record], context: ImportContext) -> ChunkResult:
    """Make the ratings that are new, change the others, keep the last score on the purchases."""
    result = ChunkResult()
    purchases = _purchases(records)
    ids = [record.values["external_id"] for record in records]
    known = {str(each.external_id): each for each in Rating.objects.filter(external_id__in=ids)}
    new: dict[str, Rating] = {}
    changed: dict[str, Rating] = {}
    for record in records:
        purchase_id = purchases.get(record.values["order_number"])
        name = record.values["external_id"]
        rating = known.get(name) or new.get(name)
        if refusal := _refusal(purchase_id, rating):
            result.reject(context, record, *refusal)
        elif rating is None and purchase_id is not None:
            new[name] = _rating(record, purchase_id)
            result.created += 1
        elif rating is not None and _change(rating, record):
            changed[name] = rating
            result.changed += 1
        else:
            result.unchanged += 1
    insert_rows(list(new.values()))
    Rating.objects.bulk_update(
        [rating for name, rating in changed.items() if name not in new], CHANGEABLE, batch_size=200
    )
    touched = {rating.purchase_id for rating in [*new.values(), *changed.values()]}
    set_last_scores(scores=_last_scores(touched))
    mark_for_evaluation(purchase_ids=touched)
    return result


def _purchases(records: Sequence[Record]) -> dict[str, int]:
    """The keys of the purchases that rows name."""
    orders = {record.values["order_number"] for record in records}
    rows = Purchase.objects.filter(order_number__in=orders)
    return dict(rows.values_list("order_number", "pk"))


def _refusal(purchase_id: int | None, rating: Rating | None) -> tuple[str, str | Promise] | None:
    """Why a row cannot be taken: column and reason."""
    if purchase_id is None:
        reason = _("No purchase has this order number; import the purchases first.")
        return "order_number", reason
    if rating is not None and rating.purchase_id != purchase_id:
        return "external_id", _("This number is a rating of another purchase.")
    return None


def _rating(record: Record, purchase_id: int) -> Rating:
    values = record.values
    return Rating(
        external_id=values["external_id"],
        purchase_id=purchase_id,
        answered_at=values["answered_at"],
        score=values["score"],
        comment=values["comment"] or "",
    )


def _change(rating: Rating, record: Record) -> bool:
    """Take over what the row says otherwise; whether there was anything."""
    told = _rating(record, rating.purchase_id)
    differing = [name for name in CHANGEABLE if getattr(rating, name) != getattr(told, name)]
    for name in differing:
        setattr(rating, name, getattr(told, name))
    return bool(differing)


def _last_scores(purchase_ids: Collection[int]) -> dict[int, int | None]:
    """The newest score of each purchase."""
    rows = Rating.objects.filter(purchase_id__in=purchase_ids).order_by("answered_at", "pk")
    return dict(rows.values_list("purchase_id", "score"))


RATINGS = ImportKind(
    name="ratings",
    label=_("Ratings"),
    about=_("One row for each answer to “how was it?”, from 1 (bad) to 5 (good)."),
    columns=rating_columns,
    load_chunk=load_chunk,
)
