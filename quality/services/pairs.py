"""Second and third persons: whether one is owed, who is asked, when the pair is closed."""

import secrets
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Access, User
from purchases.models import Lot
from quality.models import Inspection
from quality.rules.picking import HUNDRED, Candidate, Past, ask, second_wanted

Pair, Stage = Inspection.Pair, Inspection.Stage
OPENERS = (Stage.FIRST, Stage.RE_INSPECTION)


@dataclass(frozen=True)
class Asked:
    """What the opener of a round is signed with."""

    pair: Inspection.Pair = Pair.NONE
    asked_id: int | None = None


def pair_for(inspection: Inspection, lot: Lot) -> Asked:
    """Whether a second person is owed for an inspection that is about to be signed, and who.

    Drawn at the signature and not before, so nobody knows beforehand; a correction keeps what was
    drawn. Where the plan does not ask for one on every lot and nobody could be second, none is.
    """
    if inspection.stage not in OPENERS or inspection.plan is None:
        return Asked()
    if inspection.corrects is not None:
        old = inspection.corrects
        return Asked(Pair(old.pair), old.asked_id)
    plan = inspection.plan
    if plan.seconds == plan.Seconds.NEVER:
        return Asked()
    if not second_wanted(plan, _past(inspection), secrets.randbelow(HUNDRED)):
        return Asked()
    asked = ask(_candidates(inspection, lot))
    if asked is None and plan.seconds != plan.Seconds.EVERY:
        return Asked()
    return Asked(Pair.OWED, asked)


def _past(inspection: Inspection) -> Past:
    """What was signed before this one."""
    signed = Inspection.objects.signed().of_production()
    signed = signed.filter(stage__in=OPENERS, corrects__isnull=True)
    plan = inspection.plan
    if plan is None:
        return Past(0, 0, 1)
    return Past(
        of_product=signed.filter(lot__product=inspection.lot.product_id).count(),
        of_revision=signed.filter(plan=plan).count(),
        revision=plan.revision,
        paired_before=signed.filter(lot=inspection.lot_id).exclude(pair=Pair.NONE).exists(),
    )


def able_seconds(lot: Lot, first: Inspection) -> QuerySet[User]:
    """Who may be second without knowing what the first found: inspectors who are no managers."""
    able = User.objects.active().filter(inspector_access=Access.FULL, manager_access=Access.NONE)
    taken = {first.inspector_id, lot.maker_id or 0}
    others: QuerySet[User] = able.exclude(pk__in=taken)
    return others.order_by("name", "pk")


def _candidates(inspection: Inspection, lot: Lot) -> list[Candidate]:
    """The people who may be second, with how often they were so with this first."""
    together = Q(
        inspections__stage=Stage.SECOND,
        inspections__first_inspector=inspection.inspector_id,
        inspections__signed_at__isnull=False,
    )
    able = able_seconds(lot, inspection).annotate(together=Count("inspections", filter=together))
    waiting = dict(
        Inspection.objects.filter(pair=Pair.OWED, asked__isnull=False)
        .values_list("asked")
        .annotate(number=Count("pk"))
    )
    return [Candidate(one.pk, one.together, waiting.get(one.pk, 0)) for one in able]


def opener_of(inspection: Inspection) -> Inspection | None:
    """The inspection in force that opened this one's round and waits for a pair; None without."""
    waiting = Inspection.objects.pair_open().filter(lot=inspection.lot_id, round=inspection.round)
    return waiting.order_by("signed_at", "pk").first()


def close_pair(inspection: Inspection) -> None:
    """Move the pair on now that a second or third is signed: settled, or disputed for a third."""
    if inspection.stage in OPENERS:
        return
    opener = opener_of(inspection)
    if opener is None:
        return
    agreed = inspection.stage == Stage.THIRD or inspection.verdict == opener.verdict
    pair = Pair.SETTLED if agreed else Pair.DISPUTED
    Inspection.objects.filter(pk=opener.pk).update(pair=pair)
    # What a correction replaced was never held against the second; it may be seen from now on.
    replaced = Inspection.objects.filter(lot=opener.lot_id, round=opener.round, pair=Pair.OWED)
    replaced.update(pair=Pair.DISPUTED)
