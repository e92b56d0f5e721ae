"""Finding customers who may be one: what is new or changed is compared by what they share."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from purchases.models import Customer, CustomerEmail, CustomerPhone, DuplicatePair

CHUNK = 500
# What more customers than this share (the address of a marketplace) says nothing about them.
MOST_SHARING = 12

Pairs = dict[tuple[int, int], str]


def compare_customers(*, seconds: float = 20.0) -> int:
    """Compare the customers that nobody has compared since they changed; returns how many.

    They are the queue (``compared_at`` is null). Stops after about ``seconds``; safe twice and
    beside itself.
    """
    end = time.monotonic() + seconds
    compared = 0
    while n := _compare_chunk():
        compared += n
        if time.monotonic() > end:
            break
    return compared


@transaction.atomic
def dismiss_pair(*, pair: DuplicatePair, actor: User) -> bool:
    """Say that they are two; the pair is not proposed again. False when somebody said it before."""
    rows = DuplicatePair.objects.waiting().filter(pk=pair.pk)
    return bool(rows.update(dismissed_at=timezone.now(), dismissed_by=actor))


@transaction.atomic
def _compare_chunk() -> int:
    """Compare some of them under lock, so that what changes meanwhile is compared again."""
    waiting = Customer.objects.living().filter(compared_at__isnull=True).order_by("pk")
    locked = waiting.select_for_update(skip_locked=True, no_key=True)
    keys = list(locked.values_list("pk", flat=True)[:CHUNK])
    if not keys:
        return 0
    found = find_pairs(keys)
    known = DuplicatePair.objects.filter(Q(first__in=keys) | Q(second__in=keys))
    gone = [
        pk
        for pk, first, second in known.waiting().values_list("pk", "first_id", "second_id")
        if (first, second) not in found
    ]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    DuplicatePair.objects.bulk_create(
        [DuplicatePair(first_id=a, second_id=b, why=why) for (a, b), why in sorted(found.items())],
        ignore_conflicts=True,
    )
    Customer.objects.filter(pk__in=keys).update(compared_at=timezone.now())
    return len(keys)


def find_pairs(keys: Sequence[int]) -> Pairs:
    """The pairs in which these customers take part: the oldest of a group with each of the others."""
    mails = CustomerEmail.objects.filter(customer__merged_into=None)
    phones = CustomerPhone.objects.filter(customer__merged_into=None)
    named = Customer.objects.living().exclude(name_folded="").exclude(postcode="")
    found: Pairs = {}
    for why, rows, owner, columns in (
        ("email", mails, "customer_id", ("address_folded",)),
        ("phone", phones, "customer_id", ("number",)),
        ("name", named, "pk", ("name_folded", "postcode")),
    ):
        for group in _groups(rows, owner, columns, keys):
            oldest, *others = sorted(group)
            for other in others:
                found.setdefault((oldest, other), why)
    return found


def _groups(
    rows: QuerySet[Any], owner: str, columns: tuple[str, ...], keys: Sequence[int]
) -> Iterator[set[int]]:
    """The customers who share what one of these has, where they are few."""
    mine = rows.filter(**{f"{owner}__in": keys}).order_by()
    values = set(mine.values_list(*columns))
    first = {value[0] for value in values}
    like = rows.filter(**{f"{columns[0]}__in": first}).order_by()
    counted = like.values_list(*columns).annotate(n=Count("pk"))
    few = {tuple(row[:-1]) for row in counted.filter(n__range=(2, MOST_SHARING))} & values
    yield from _members(
        like.filter(**{f"{columns[0]}__in": {v[0] for v in few}}), owner, columns, few
    )


def _members(
    rows: QuerySet[Any], owner: str, columns: tuple[str, ...], few: Iterable[tuple[Any, ...]]
) -> Iterable[set[int]]:
    """Who they are, group by group."""
    groups: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    wanted = set(few)
    for key, *value in rows.values_list(owner, *columns):
        if tuple(value) in wanted:
            groups[tuple(value)].add(key)
    return [group for group in groups.values() if len(group) > 1]
