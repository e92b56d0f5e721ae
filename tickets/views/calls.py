"""The call form: find the purchase, see it, log what was said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import Role, Shop
from helpdesk.lib.phones import looks_like_phone
from purchases.models import Customer, Purchase
from tickets.forms.calls import KEY_DIGITS, CallForm
from tickets.models import Interaction, Reason, Ticket
from tickets.rules import Standing
from tickets.services import log_interaction
from tickets.views.casefile import CaseFile, purchases_for_card, read_case
from tickets.views.errors import add_errors
from tickets.views.matching import Matches, find_matches
from tickets.views.timeline import ContactRow, contact_rows

LAST = 3
COUNTING = (Standing.NET, Standing.MERGED, Standing.LATER)


@dataclass(frozen=True)
class Preview:
    """What saving an inbound contact that counts would do to the tally."""

    net: int
    merged: int
    later: int
    standing: str
    reaches: bool


@dataclass(frozen=True)
class Subject:
    """Whom the contact is with: a purchase, a customer, a ticket, or only what was typed."""

    matches: Matches
    case: CaseFile | None
    customer: Customer | None
    ticket: Ticket | None
    last: list[ContactRow]
    preview: Preview | None


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def call_create(request: PersonRequest) -> HttpResponse:
    """Log one contact. The GET writes nothing, so that a phone system may open it by a link."""
    if request.method == "POST":
        return save_call(request)
    subject = read_subject(request, request.GET)
    if request.htmx:
        response = render(request, "tickets/_call_found.html", {"subject": subject})
        patch_vary_headers(response, ["HX-Request"])
        return response
    return show_form(request, CallForm(), subject)


def save_call(request: PersonRequest) -> HttpResponse:
    """Save, or show the form again with everything typed and what is wrong with it."""
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            logged = log_interaction(actor=request.user, **form.contact())
        except ValidationError as error:
            add_errors(form, error)
        else:
            tell(request, logged)
            return redirect(place_of(logged))
    return show_form(request, form, read_subject(request, request.POST), status=422)


def tell(request: PersonRequest, logged: Interaction) -> None:
    """Say what saving did: to the tally, and to a ticket that could not be resolved."""
    if logged.is_repeat:
        messages.info(request, repeat_text())
        return
    if logged.purchase is None:
        messages.success(request, _("Logged. It counts as soon as it is attached to a purchase."))
    else:
        messages.success(request, tally_text(logged, request.shop))
    ticket = logged.ticket
    unfinished = ticket is not None and ticket.state not in Ticket.FINISHED
    if unfinished and logged.outcome == Interaction.Outcome.RESOLVED:
        messages.warning(
            request,
            _("Ticket #%(n)d stays open: a promise on it has not been kept yet.")
            % {"n": logged.ticket_id},
        )


def repeat_text() -> str:
    """A form that was sent twice, or sent again from the page before."""
    return _(
        "This contact was saved already and counts once; nothing was added. "
        "To log another, open a new form."
    )


def tally_text(logged: Interaction, shop: Shop) -> str:
    """How the contact just saved counts."""
    purchase = logged.purchase
    if purchase is None or logged.standing != Standing.NET:
        texts = {
            Standing.MERGED: _("Logged. The tally stays as it is: it merges with the one before."),
            Standing.LATER: _("Logged. The tally stays as it is: the window has ended."),
        }
        return texts.get(Standing(logged.standing), _("Logged. It does not count."))
    if purchase.net_interactions >= shop.threshold:
        return _("Logged. This makes %(n)d of %(t)d: a manager is asked to look.") % {
            "n": purchase.net_interactions,
            "t": shop.threshold,
        }
    return _("Logged. This makes %(n)d; from %(t)d a manager is asked to look.") % {
        "n": purchase.net_interactions,
        "t": shop.threshold,
    }


def place_of(logged: Interaction) -> str:
    """The page on which the contact now stands."""
    if logged.purchase_id is not None:
        return reverse("purchase_page", args=[logged.purchase_id])
    if logged.ticket_id is not None:
        return reverse("ticket_page", args=[logged.ticket_id])
    if logged.customer_id is not None:
        return reverse("customer_page", args=[logged.customer_id])
    return reverse("interaction_list")


def show_form(
    request: PersonRequest, form: CallForm, subject: Subject, *, status: int = 200
) -> HttpResponse:
    """The whole page."""
    told = {"form": form, "subject": subject, "groups": reason_groups(), "started": timezone.now()}
    return render(request, "tickets/call_create.html", told, status=status)


def reason_groups() -> list[tuple[Reason, list[Reason]]]:
    """The tree a person may choose from: each group with its leaves, by one query."""
    found: dict[int, tuple[Reason, list[Reason]]] = {}
    for leaf in Reason.objects.leaves().in_use():
        group = leaf.parent
        if group is not None and group.retired_at is None:
            found.setdefault(group.pk, (group, []))[1].append(leaf)
    return list(found.values())


def read_subject(request: PersonRequest, asked: Any) -> Subject:
    """Whom the address or the posted form names; what is typed in the box finds the rest."""
    text = typed_text(asked)
    matches = find_matches(text, shop=request.shop)
    ticket = Ticket.objects.filter(pk=key_of(asked, "ticket") or 0).first()
    purchase = chosen_purchase(asked, matches, ticket)
    customer = None if purchase is not None else chosen_customer(asked, matches, ticket)
    if purchase is None:
        return Subject(matches, None, customer, ticket, [], None)
    last = Interaction.objects.current().filter(purchase=purchase).for_timeline()[:LAST]
    return Subject(
        matches=matches,
        case=read_case(purchase),
        customer=None,
        ticket=ticket,
        last=contact_rows(
            list(last),
            newest_number=purchase.net_interactions,
            threshold=request.shop.threshold,
        ),
        preview=preview_of(purchase, request.shop),
    )


def typed_text(asked: Any) -> str:
    """What stands in the box. A number's plus arrives from a link as a space, and still counts."""
    text: str = asked.get("phone") or asked.get("q") or asked.get("caller") or ""
    stripped = text.strip()
    plus = text[:1] == " " and stripped[:1] != "0" and looks_like_phone(stripped)
    return f"+{stripped}" if plus else stripped


def key_of(asked: Any, name: str) -> int | None:
    """A key from the address; None for anything else."""
    text: str = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= KEY_DIGITS else None


def chosen_purchase(asked: Any, matches: Matches, ticket: Ticket | None) -> Any:
    """The purchase named, else the ticket's, else the newest when only one customer was found."""
    key: int | None = key_of(asked, "purchase") or (ticket.purchase_id if ticket else None)
    if key is None and not key_of(asked, "customer") and matches.is_one_customer:
        key = matches.purchases[0].pk if matches.purchases else None
    return purchases_for_card().filter(pk=key).first() if key else None


def chosen_customer(asked: Any, matches: Matches, ticket: Ticket | None) -> Customer | None:
    """The customer named, else the ticket's, else the only one found."""
    key = key_of(asked, "customer") or (ticket.customer_id if ticket else None)
    if key is None and matches.is_one_customer and matches.customers:
        return matches.customers[0]
    return Customer.objects.filter(pk=key).first() if key else None


def preview_of(purchase: Purchase, shop: Shop) -> Preview:
    """The tally after one more inbound contact that counts, saved now (METHOD 1)."""
    now = timezone.now()
    previous: datetime | None = (
        Interaction.objects.filter(purchase=purchase, standing__in=COUNTING, occurred_at__lte=now)
        .order_by("-occurred_at")
        .values_list("occurred_at", flat=True)
        .first()
    )
    if previous is not None and now - previous < timedelta(hours=shop.merge_hours):
        standing = Standing.MERGED
    elif now >= purchase.window_ends_at:
        standing = Standing.LATER
    else:
        standing = Standing.NET
    net = purchase.net_interactions + (standing == Standing.NET)
    return Preview(
        net=net,
        merged=purchase.merged_interactions + (standing == Standing.MERGED),
        later=purchase.later_interactions + (standing == Standing.LATER),
        standing=standing,
        reaches=purchase.net_interactions < shop.threshold <= net,
    )
