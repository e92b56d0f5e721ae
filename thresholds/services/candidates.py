"""Which purchases are to be judged again: found by the database, judged by the evaluator.

Each question answers with a superset of what ``rules.flagging.judge`` would act on, so that a full
evaluation locks and judges those few and not everything that ever carried a flag.
"""

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Shop
from purchases.models import Purchase
from thresholds.models import Flag

ANSWERED = frozenset({Flag.State.CLOSED, Flag.State.DISMISSED})
UNFINISHED = Q(flag_state__in=Purchase.UNFINISHED_FLAG)
# Less than any net: nobody has answered yet.
NEVER = -1


def over_without_flag() -> list[int]:
    """Purchases at or over the number that were never flagged, or whose flag moved away.

    The number came down, or was read by an evaluation just before it did. Those with an answered
    flag come back by the mark of their next contact. Reads the index by net alone.
    """
    number = _number()
    if number is None:
        return []
    over = Purchase.objects.judged().filter(
        net_interactions__gte=number, flag_state=Purchase.FlagState.NONE
    )
    return list(over.order_by("pk").values_list("pk", flat=True))


def flagged_otherwise() -> list[int]:
    """Purchases with a flag, answered or not, whose stored counters no longer fit it.

    Unfinished ones below the number in force or not above what they were closed with, ones that
    are not judged any more, and answered ones that have outgrown their answer.
    """
    number = _number()
    if number is None:
        return []
    flags = Flag.objects.filter(purchase=OuterRef("pk"))
    answer = flags.filter(state__in=ANSWERED).order_by("-raised_at", "-pk")
    flagged = Purchase.objects.exclude(flag_state=Purchase.FlagState.NONE).annotate(
        judged=Exists(Purchase.objects.judged().filter(pk=OuterRef("pk"))),
        closed_with=Coalesce(
            Subquery(answer.values("net_when_closed")[:1]), NEVER, output_field=IntegerField()
        ),
    )
    below = Q(net_interactions__lt=number) | Q(net_interactions__lte=F("closed_with"))
    otherwise = (UNFINISHED & (below | Q(judged=False))) | (~UNFINISHED & ~below & Q(judged=True))
    return list(flagged.filter(otherwise).order_by("pk").values_list("pk", flat=True))


def _number() -> int | None:
    """The number in force; None as long as there is no shop."""
    return Shop.objects.values_list("threshold", flat=True).filter(pk=1).first()
