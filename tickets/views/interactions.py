"""Interactions without a purchase, and one interaction: attach it, correct it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from purchases.models import Purchase
from tickets.forms.interactions import AttachForm, CorrectionForm
from tickets.models import Interaction
from tickets.services import attach_interaction, correct_interaction
from tickets.views.attachments import file_rows, files_of_contact
from tickets.views.errors import add_errors
from tickets.views.matching import find_matches
from tickets.views.timeline import CHANNEL_ICONS, LABELS

ORDERINGS = {"moment": Ordering(gettext_lazy("When"), ("occurred_at",))}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def interaction_list(request: PersonRequest) -> HttpResponse:
    """Contacts that count nowhere yet, newest first: each is to be attached to its purchase."""
    waiting = Interaction.objects.unattributed().select_related("reason", "agent", "customer")
    page = read_page(request, waiting, ORDERINGS, "-moment")
    rows = [(one, CHANNEL_ICONS[one.channel]) for one in page.items]
    return render(request, "tickets/interaction_list.html", {"page": page, "rows": rows})


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def interaction_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One contact: what was said, how it counts, what it corrects, where it was moved."""
    interaction = read_interaction(pk)
    told = {
        "interaction": interaction,
        "files": file_rows(interaction.own_files),
        "attach_url": reverse("interaction_attach_file", args=[pk]),
        "icon_name": CHANNEL_ICONS[interaction.channel],
        "label": LABELS.get(Interaction.Standing(interaction.standing), ""),
        "correction": Interaction.objects.filter(corrects=interaction).first(),
        "events": interaction.events.select_related("actor").order_by("-at", "-pk")[:50],
        "may_write": request.user.may(Role.AGENT, Role.MANAGER, write=True),
    }
    return render(request, "tickets/interaction_page.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def interaction_attach(request: PersonRequest, pk: int) -> HttpResponse:
    """Find the purchase a contact was about, and put it there."""
    interaction = read_interaction(pk)
    form = AttachForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        purchase = Purchase(pk=form.cleaned_data["purchase"])
        try:
            attached = attach_interaction(
                interaction=interaction,
                purchase=purchase,
                actor=request.user,
                note=form.cleaned_data["note"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Attached: it counts on this purchase now."))
            return redirect("purchase_page", attached.purchase_id)
    text = request.GET.get("q", interaction.caller).strip()
    told = {
        "interaction": interaction,
        "form": form,
        "matches": find_matches(text, shop=request.shop),
    }
    return render(
        request, "tickets/interaction_attach.html", told, status=422 if form.errors else 200
    )


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def interaction_correct(request: PersonRequest, pk: int) -> HttpResponse:
    """Say it again as it should have been; the first stays visible."""
    interaction = read_interaction(pk)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, interaction=interaction
    )
    if request.method == "POST" and form.is_valid():
        try:
            new = correct_interaction(
                interaction=interaction,
                correction=form.correction(),
                actor=request.user,
                note=form.cleaned_data["note"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Corrected. What was logged first stays visible."))
            return redirect("interaction_page", new.pk)
    told = {"interaction": interaction, "form": form}
    return render(
        request, "tickets/interaction_correct.html", told, status=422 if form.errors else 200
    )


def read_interaction(pk: int) -> Any:
    """The contact with all that its pages name, or 404."""
    rows = Interaction.objects.select_related(
        "reason__parent", "agent", "customer", "purchase", "ticket", "corrects"
    ).annotate(**files_of_contact())
    return get_object_or_404(rows, pk=pk)
