"""The call form: find the purchase, see it, log what was said."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import Role, Shop
from tickets.forms.calls import CallForm
from tickets.forms.once import new_form_key, own_form_key
from tickets.models import CallDraft, Interaction, Reason, Ticket
from tickets.rules import Standing
from tickets.services import add_to_interaction, log_interaction
from tickets.views.drafts import read_open_calls, read_tabs
from tickets.views.errors import add_errors
from tickets.views.holding import hold_sent
from tickets.views.subjects import Subject, read_subject

# A draft gone on with after so long is of a call that was then, not now.
RESUMED = timedelta(minutes=15)


@roles(Role.AGENT, Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_create(request: PersonRequest) -> HttpResponse:
    """Log one contact. The GET writes nothing, so that a phone system may open it by a link.

    ``?key=`` is the key of a form: the page goes on with this person's draft of it.
    """
    if request.method == "POST":
        return save_call(request)
    if request.htmx:
        subject = read_subject(request.GET, shop=request.shop)
        response = render(request, "tickets/_call_found.html", {"subject": subject})
        patch_vary_headers(response, ["HX-Request"])
        return response
    key = own_form_key(request.GET.get("key"))
    draft = CallDraft.objects.filter(form_key=key).first() if key else None
    if draft is not None and draft.person_id != request.user.pk:
        raise Http404
    saved = Interaction.objects.filter(form_key=key).first() if key else None
    if saved is not None:
        return redirect(place_of(saved))
    asked = draft.fields if draft else request.GET
    form = CallForm(initial=first_values(draft) | {"form_key": key or new_form_key()})
    form.holder = request.user if key else None
    return show_form(request, form, read_subject(asked, shop=request.shop))


def first_values(draft: CallDraft | None) -> dict[str, Any]:
    """What a draft says already; a call gone on with later was when it began."""
    if draft is None:
        return {}
    values: dict[str, Any] = dict(draft.fields)
    if timezone.now() - draft.started_at > RESUMED and not values.get("occurred_at"):
        values["occurred_at"] = f"{timezone.localtime(draft.started_at):%Y-%m-%dT%H:%M}"
    return values


def save_call(request: PersonRequest) -> HttpResponse:
    """Save, or show the form again with everything typed and what is wrong with it."""
    if request.POST.get("person", str(request.user.pk)) != str(request.user.pk):
        messages.error(
            request,
            _(
                "Nothing was saved: the form was typed by somebody else, who signed out here "
                "meanwhile. Their draft waits for them."
            ),
        )
        return redirect("call_create")
    form = CallForm(request.POST)
    hold_sent(request, form)
    if form.is_valid():
        try:
            logged = write_call(request, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            tell(request, logged)
            # Asked only when the form was drawn beside others: the usual call is alone.
            if "others" in request.POST:
                tell_of_open_calls(request, but=logged.form_key)
            return redirect(place_of(logged))
    subject = read_subject(request.POST, shop=request.shop)
    return show_form(request, form, subject, status=422)


def write_call(request: PersonRequest, form: CallForm) -> Interaction:
    """A contact of its own, or more of the last one."""
    if form.cleaned_data["add_to"]:
        return add_to_interaction(actor=request.user, **form.addition())
    return log_interaction(actor=request.user, **form.contact())


def tell(request: PersonRequest, logged: Interaction) -> None:
    """Say what saving did: to the tally, and to a ticket that could not be resolved."""
    if logged.is_repeat:
        messages.info(request, repeat_text())
        return
    if logged.corrects_id is not None:
        messages.success(request, _("Added to the last contact: one row, counted once."))
    elif logged.purchase is None:
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


def tell_of_open_calls(request: PersonRequest, *, but: str | None) -> None:
    """Point back to the calls that this one interrupted: one link for each."""
    links = [
        format_html('<a href="{}?key={}">{}</a>', reverse("call_create"), tab.form_key, words)
        for tab in read_open_calls(request.user)
        if tab.form_key != but
        for words in [" · ".join(filter(None, [tab.name, tab.detail])) or _("New call")]
    ]
    if links:
        told = ngettext("A call is still open:", "%(n)d calls are still open:", len(links))
        words = told % {"n": len(links)}
        messages.info(
            request, format_html("{} {}", words, format_html_join(", ", "{}", zip(links)))
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
    now = timezone.now()
    key = own_form_key(form["form_key"].value()) or new_form_key()
    told = {
        "form": form,
        "form_key": key,
        "subject": subject,
        "groups": reason_groups(),
        "started": now,
        "epoch": int(now.timestamp()),
        "tabs": read_tabs(request.user, form_key=key),
        "put_away": own_form_key(request.GET.get("put_away")),
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
    }
    return render(request, "tickets/call_create.html", told, status=status)


def reason_groups() -> list[tuple[Reason, list[Reason]]]:
    """The tree a person may choose from: each group with its leaves, by one query."""
    found: dict[int, tuple[Reason, list[Reason]]] = {}
    for leaf in Reason.objects.leaves().in_use():
        group = leaf.parent
        if group is not None and group.retired_at is None:
            found.setdefault(group.pk, (group, []))[1].append(leaf)
    return list(found.values())
