"""The settings page of the reason tree."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, roles
from accounts.models import HistoryEntry, Role
from tickets.forms.reasons import GroupForm, LeafForm
from tickets.models import Reason
from tickets.services.reasons import (
    add_reason,
    delete_reason,
    edit_reason,
    is_used,
    move_reason,
    restore_reason,
    retire_reason,
)

HISTORY_ROWS = 20
# A row is never changed more often.
VERSION_DIGITS = 9


@roles(Role.ADMIN)
@require_safe
def reason_list(request: PersonRequest) -> HttpResponse:
    """The whole tree, with what each reason means and whether it counts."""
    told = {
        "groups": Reason.objects.tree(),
        "history": HistoryEntry.objects.about_all(Reason)[:HISTORY_ROWS],
    }
    return render(request, "tickets/reason_list.html", told)


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def reason_new(request: PersonRequest) -> HttpResponse:
    """A new reason, in the group named by ``?group=``."""
    group = request.GET.get("group", "")
    form = LeafForm(request.POST or None, initial={"parent": group} if group.isdecimal() else None)
    return save_new(request, form, title=_("New reason"))


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def reason_group_new(request: PersonRequest) -> HttpResponse:
    """A new column of the tree."""
    return save_new(request, GroupForm(request.POST or None), title=_("New group"))


def save_new(request: PersonRequest, form: LeafForm | GroupForm, title: str) -> HttpResponse:
    """Add what the form says, or show it."""
    if request.method == "POST" and form.is_valid():
        try:
            reason = add_reason(actor=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": reason.name})
            return redirect("reason_list")
    return render(request, "tickets/reason_form.html", {"form": form, "title": title})


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def reason_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a group or a reason."""
    reason = get_object_or_404(Reason.objects.select_related("parent", "owner"), pk=pk)
    kind = LeafForm if reason.parent_id else GroupForm
    form: Any = kind(request.POST or None, instance=reason)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            marked = edit_reason(
                reason=reason,
                version=int(version)
                if version.isdecimal() and len(version) <= VERSION_DIGITS
                else 0,
                values=form.cleaned_data,
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, saved_text(marked))
            return redirect("reason_list")
    told = {
        "form": form,
        "title": reason.name,
        "reason": reason,
        "used": is_used(reason),
        "history": HistoryEntry.objects.about(reason)[:HISTORY_ROWS],
    }
    return render(request, "tickets/reason_form.html", told)


def saved_text(marked: int) -> str:
    """What saving leads to."""
    if not marked:
        return _("Saved.")
    return ngettext(
        "Saved. %(n)s purchase is counted again.",
        "Saved. %(n)s purchases are counted again.",
        marked,
    ) % {"n": marked}


@roles(Role.ADMIN)
@require_POST
def reason_move(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up, or with ``down`` one place down."""
    reason = get_object_or_404(Reason, pk=pk)
    move_reason(reason=reason, up="down" not in request.POST, actor=request.user)
    return redirect("reason_list")


@roles(Role.ADMIN)
@require_POST
def reason_retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep the reason for what was, and let nobody choose it any more."""
    reason = get_object_or_404(Reason, pk=pk)
    try:
        retire_reason(reason=reason, actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("“%(name)s” is retired.") % {"name": reason.name})
    return redirect("reason_list")


@roles(Role.ADMIN)
@require_POST
def reason_restore(request: PersonRequest, pk: int) -> HttpResponse:
    """Let people choose a retired reason again."""
    reason = get_object_or_404(Reason, pk=pk)
    restore_reason(reason=reason, actor=request.user)
    messages.success(request, _("“%(name)s” can be chosen again.") % {"name": reason.name})
    return redirect("reason_list")


@roles(Role.ADMIN)
@require_POST
def reason_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove a reason that was never used."""
    reason = get_object_or_404(Reason, pk=pk)
    try:
        delete_reason(reason=reason, actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("reason_edit", reason.pk)
    messages.success(request, _("“%(name)s” was deleted.") % {"name": reason.name})
    return redirect("reason_list")
