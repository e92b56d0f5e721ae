"""How cases ended in which a step was left out or done otherwise, beside those that followed it."""

from dataclasses import dataclass

from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from procedures.models import Record
from tickets.models import Interaction

MOST = 100


@dataclass(frozen=True)
class StepDeviations:
    """A step of a version with its cases: ``net_with`` and ``net_without`` are the counted contacts
    of a purchase on average, ``score_with`` and ``score_without`` the ratings; None of no case.
    """

    version: int
    procedure: str
    number: int
    step: str
    skipped: int
    replaced: int
    outside: int
    followed: int
    net_with: float | None
    net_without: float | None
    score_with: float | None
    score_without: float | None

    @property
    def deviated(self) -> int:
        """Cases with a deviation."""
        return self.skipped + self.replaced + self.outside


def _of_purchase(column: str) -> Coalesce:
    """A column of the purchase that the record's run is about."""
    contact = Interaction.objects.filter(form_key=OuterRef("run__call_key"))
    return Coalesce(
        F(f"run__ticket__purchase__{column}"),
        Subquery(contact.values(f"purchase__{column}")[:1]),
        output_field=FloatField(),
    )


def read_deviations() -> list[StepDeviations]:
    """Steps with most deviations first, at most ``MOST`` of them; one query.

    A case is a record on a ticket with a purchase, or in a call that became a contact of one. The ways are told apart by numbers: how the case
    ended is that of its purchase now.
    """
    Way = Record.Way  # noqa: N806  a class
    deviated = ~Q(way=Way.DONE)
    rows = (
        Record.objects.alias(net=_of_purchase("net_interactions"), score=_of_purchase("last_score"))
        .order_by()
        .values_list(
            "step__version",
            "step__version__procedure__title",
            "step__version__number",
            "step__title",
        )
        .annotate(
            skipped=Count("pk", filter=Q(way=Way.SKIPPED)),
            replaced=Count("pk", filter=Q(way=Way.REPLACED)),
            outside=Count("pk", filter=Q(way=Way.OUTSIDE)),
            followed=Count("pk", filter=Q(way=Way.DONE)),
            net_with=Avg("net", filter=deviated),
            net_without=Avg("net", filter=~deviated),
            score_with=Avg("score", filter=deviated),
            score_without=Avg("score", filter=~deviated),
            deviations=Count(Case(When(deviated, then=1), output_field=IntegerField())),
        )
        .filter(deviations__gt=0)
        .order_by("-deviations", "step__title")[:MOST]
    )
    return [StepDeviations(*row[:12]) for row in rows]
