"""Where procedures are followed: beside a ticket, or beside a call that is not saved yet."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from procedures.models import Procedure, Run
from purchases.models import PurchaseLine
from tickets.models import Interaction, Reason, Ticket

KEY_DIGITS = 17


@dataclass(frozen=True)
class Place:
    """A ticket, or the key of a call's form with what was chosen in it so far."""

    ticket: Any = None
    call: str = ""
    reason: Reason | None = None
    product: Any = None
    purchase_id: int | None = None

    @property
    def url(self) -> str:
        """The fragment with its procedures."""
        if self.ticket is not None:
            return reverse("ticket_procedures", args=[self.ticket.pk])
        return f"{reverse('call_procedures')}?{urlencode(self.named)}"

    @property
    def named(self) -> dict[str, object]:
        """The fields by which a form names this place again."""
        if self.ticket is not None:
            return {"ticket": self.ticket.pk}
        chosen = {"reason": self.reason.pk if self.reason else "", "purchase": self.purchase_id}
        return {"call": self.call} | {name: value for name, value in chosen.items() if value}

    @property
    def where(self) -> dict[str, Any]:
        """As ``start_run`` takes it."""
        return {"ticket": self.ticket} if self.ticket is not None else {"call_key": self.call}

    def runs(self) -> list[Run]:
        """What is followed here."""
        rows = Run.objects.select_related("version__procedure")
        if self.ticket is not None:
            return list(rows.of_ticket(self.ticket.pk))
        return list(rows.filter(call_key=self.call).order_by("started_at", "pk"))

    def matching(self) -> list[Procedure]:
        """What applies here, the closest first: by the very reason, by the product."""
        found = list(
            Procedure.objects.matching(reason=self.reason, product=self.product)
            .for_list()
            .prefetch_related("reasons", "products")
        )
        return sorted(found, key=self._distance)

    def _distance(self, procedure: Procedure) -> tuple[bool, bool, str]:
        reasons = {one.pk for one in procedure.reasons.all()}
        products = {one.pk for one in procedure.products.all()}
        return (
            self.reason is None or self.reason.pk not in reasons,
            self.product is None or self.product.pk not in products,
            procedure.title,
        )


def ticket_place(pk: int) -> Place:
    """A ticket, or 404."""
    rows = Ticket.objects.select_related("reason__parent", "product", "customer")
    ticket = get_object_or_404(rows, pk=pk)
    return Place(ticket=ticket, reason=ticket.reason, product=ticket.product)


def call_place(params: QueryDict) -> Place:
    """The call whose form has the key ``call`` (or ``form_key``). Raises Http404 for no such key.

    A call that is saved is at its ticket.
    """
    text = params.get("call") or params.get("form_key", "")
    try:
        key = str(UUID(text))
    except ValueError as error:
        raise Http404 from error
    saved = Interaction.objects.filter(form_key=key, ticket__isnull=False).first()
    if saved is not None and saved.ticket_id is not None:
        return ticket_place(saved.ticket_id)
    reason, purchase = _number(params, "reason"), _number(params, "purchase")
    line = (
        PurchaseLine.objects.filter(purchase=purchase).select_related("product").order_by("pk")
        if purchase
        else PurchaseLine.objects.none()
    ).first()
    leaves = Reason.objects.select_related("parent")
    return Place(
        call=key,
        reason=leaves.filter(pk=reason).first() if reason else None,
        product=line.product if line else None,
        purchase_id=purchase,
    )


def named_place(params: QueryDict) -> Place:
    """The place that a form names. Raises Http404."""
    ticket = _number(params, "ticket")
    return ticket_place(ticket) if ticket else call_place(params)


def place_of_run(run: Run, params: QueryDict) -> Place:
    """Where a run is followed. Raises Http404 for one whose ticket is not there."""
    if run.ticket_id is not None:
        return ticket_place(run.ticket_id)
    asked = params.copy()
    asked["call"] = run.call_key or ""
    return call_place(asked)


def _number(params: QueryDict, name: str) -> int | None:
    text = params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS else None
