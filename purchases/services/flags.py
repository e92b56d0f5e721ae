"""What higher rooms keep on a purchase for its lists and cards: flag, last score, hand-offs,
broken promises."""

from collections.abc import Collection, Mapping

from django.db import transaction

from purchases.models import Purchase
from purchases.services.marks import CHUNK


@transaction.atomic
def set_flag_state(*, purchase_ids: Collection[int], state: str) -> None:
    """Keep the state of their flags on these purchases (thresholds calls this)."""
    ids = sorted(purchase_ids)
    for at in range(0, len(ids), CHUNK):
        Purchase.objects.filter(pk__in=ids[at : at + CHUNK]).update(flag_state=state)


@transaction.atomic
def set_last_score(*, purchase_id: int, score: int | None) -> None:
    """Keep the last rating (1 to 5) on the purchase (tickets calls this)."""
    set_last_scores(scores={purchase_id: score})


@transaction.atomic
def set_last_scores(*, scores: Mapping[int, int | None]) -> None:
    """The same for many purchases: one statement for each score."""
    for score in set(scores.values()):
        ids = sorted(pk for pk, wanted in scores.items() if wanted == score)
        Purchase.objects.filter(pk__in=ids).update(last_score=score)


@transaction.atomic
def set_handoffs(*, handoffs: Mapping[int, int]) -> None:
    """Keep on each purchase how often its tickets changed hands (tickets calls this)."""
    for purchase_id, count in sorted(handoffs.items()):
        Purchase.objects.filter(pk=purchase_id).update(handoffs=count)


@transaction.atomic
def set_broken_promises(*, counts: Mapping[int, int]) -> None:
    """Keep how many promises about these purchases were broken (tickets calls this)."""
    for number in set(counts.values()):
        ids = sorted(pk for pk, wanted in counts.items() if wanted == number)
        Purchase.objects.filter(pk__in=ids).exclude(broken_promises=number).update(
            broken_promises=number
        )
