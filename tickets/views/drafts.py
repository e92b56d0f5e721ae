"""Drafts of calls: kept while typing, put away, taken back; and the tabs of the calls that are open."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import PersonRequest, roles
from accounts.models import Role, User
from purchases.models import Customer, Purchase
from tickets.forms.drafts import draft_fields
from tickets.forms.holding import HoldingForm
from tickets.models import CallDraft
from tickets.services import (
    DraftSavedAlreadyError,
    NotYourDraftError,
    discard_call_draft,
    restore_call_draft,
    save_call_draft,
)
from tickets.views.holding import hold_sent

# More calls than this are not open at once by intention.
MOST_TABS = 20


@dataclass(frozen=True)
class Tab:
    """One call that is open: ``name`` is whom it is with, ``detail`` the purchase or nothing."""

    form_key: str
    name: str
    detail: str
    saved_at: datetime | None
    is_current: bool


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def call_draft_save(request: PersonRequest, key: UUID) -> HttpResponse:
    """Keep what was typed so far. A script is answered without a page.

    409 says that the tab belongs to another person than the one signed in, 410 that the call has
    been saved: neither is to be sent again.
    """
    by_script = request.POST.get("by") == "script"
    if request.POST.get("person", str(request.user.pk)) != str(request.user.pk):
        return HttpResponse(status=409)
    fields = draft_fields(request.POST)
    if request.FILES:
        hold_sent(request, HoldingForm(request.POST))
    try:
        save_call_draft(person=request.user, form_key=str(key), fields=fields)
    except NotYourDraftError:
        raise Http404 from None
    except DraftSavedAlreadyError:
        return HttpResponse(status=410) if by_script else redirect(address_of(key))
    if by_script:
        return HttpResponse(status=204)
    messages.success(
        request, _("Draft saved. The call stays open until you save it or put it away.")
    )
    return redirect(address_of(key))


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def call_draft_discard(request: PersonRequest, key: UUID) -> HttpResponse:
    """Put a call away; it can be taken back from the page that follows."""
    draft = own_draft(request, key)
    if draft is None:
        return redirect("call_create")
    discard_call_draft(draft=draft)
    return redirect(f"{reverse('call_create')}?put_away={key}")


@roles(Role.AGENT, Role.MANAGER)
@require_POST
def call_draft_restore(request: PersonRequest, key: UUID) -> HttpResponse:
    """Take back a call that was put away."""
    draft = own_draft(request, key)
    if draft is None:
        raise Http404
    restore_call_draft(draft=draft)
    return redirect(address_of(key))


def own_draft(request: PersonRequest, key: UUID) -> CallDraft | None:
    """This person's draft; None when there is none yet. Raises Http404 for another person's."""
    draft = CallDraft.objects.filter(form_key=str(key)).first()
    if draft is not None and draft.person_id != request.user.pk:
        raise Http404
    return draft


def address_of(key: UUID) -> str:
    """The call form that goes on with this draft."""
    return f"{reverse('call_create')}?key={key}"


def read_tabs(person: User, *, form_key: str) -> list[Tab]:
    """The calls this person has open, the first begun first, with the one of this page.

    Three queries at most, however many they are.
    """
    tabs = read_open_calls(person, form_key=form_key)
    if not any(tab.is_current for tab in tabs):
        tabs.append(Tab(form_key, "", "", None, is_current=True))
    return tabs


def read_open_calls(person: User, *, form_key: str = "") -> list[Tab]:
    """The calls this person has open; the one of ``form_key`` is the current one."""
    drafts = list(CallDraft.objects.filter(person=person).open()[:MOST_TABS])
    names = _names([draft.fields for draft in drafts])
    return [
        Tab(
            form_key=draft.form_key,
            name=name,
            detail=detail,
            saved_at=draft.saved_at,
            is_current=draft.form_key == form_key,
        )
        for draft, (name, detail) in zip(drafts, names, strict=True)
    ]


def _names(drafts: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Whom each draft is about: customer and order number, a customer, or what was typed."""
    purchases = {
        str(pk): (name, order)
        for pk, name, order in Purchase.objects.filter(
            pk__in=_keys(drafts, "purchase")
        ).values_list("pk", "customer__name", "order_number")
    }
    customers = {
        str(pk): (name, "")
        for pk, name in Customer.objects.filter(pk__in=_keys(drafts, "customer")).values_list(
            "pk", "name"
        )
    }
    return [
        purchases.get(one.get("purchase", ""))
        or customers.get(one.get("customer", ""))
        or (one.get("q") or one.get("caller") or "", "")
        for one in drafts
    ]


def _keys(drafts: list[dict[str, str]], name: str) -> list[int]:
    """The keys the drafts name; what is no key names nothing."""
    texts = [one.get(name, "") for one in drafts]
    return [int(text) for text in texts if text.isdecimal()]
