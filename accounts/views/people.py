from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, everyone, roles
from accounts.forms.people import InviteForm, PersonForm, ProfileForm
from accounts.mailing import send_invitation
from accounts.models import Access, HistoryEntry, Invitation, Role, User
from accounts.services import (
    deactivate_person,
    edit_person,
    edit_profile,
    invite_again,
    invite_person,
    withdraw_invitation,
)
from helpdesk.lib.folding import fold
from helpdesk.lib.paging import Ordering, read_page

ORDERINGS = {"name": Ordering(gettext_lazy("Name"), ("name_folded",))}
HISTORY_ROWS = 20
# A row is never changed more often.
VERSION_DIGITS = 9


@roles(Role.ADMIN)
@require_safe
def person_list(request: PersonRequest) -> HttpResponse:
    """Who can sign in or is invited; ``?show=all`` adds those who cannot, ``?q=`` looks for a name."""
    people = User.objects.for_list()
    everybody = request.GET.get("show") == "all"
    if not everybody:
        people = people.at_work()
    asked = request.GET.get("q", "").strip()
    if asked:
        people = people.named(fold(asked))
    page = read_page(request, people, ORDERINGS, "name")
    told = {"page": page, "everybody": everybody, "asked": asked}
    return render(request, "accounts/person_list.html", told)


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def person_invite(request: PersonRequest) -> HttpResponse:
    """Invite somebody new; the next page shows the link."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                access=form.access(),
                team=form.cleaned_data["team"],
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            hand_over(request, invitation, send=form.cleaned_data["send"])
            return redirect("person_edit", invitation.user_id)
    return render(request, "accounts/person_invite.html", {"form": form})


def hand_over(request: PersonRequest, invitation: Invitation, *, send: bool) -> None:
    """Say where the link is, and send it by e-mail if asked."""
    if not send:
        messages.success(request, _("Invited. Pass the link below on to them; it works once."))
    elif send_invitation(invitation, link=invitation_link(request, invitation)):
        told = {"email": invitation.user.email}
        messages.success(request, _("Invited, and the link is on its way to %(email)s.") % told)
    else:
        messages.warning(
            request,
            _("Invited, but the mail server did not take our message. Copy the link below."),
        )


def invitation_link(request: PersonRequest, invitation: Invitation) -> str:
    """The whole address with which the person comes in."""
    return request.build_absolute_uri(reverse("invitation_accept", args=[invitation.token]))


@roles(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def person_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Who a person is and what they may do, with their invitation and what changed."""
    person = get_object_or_404(User.objects.select_related("team"), pk=pk)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            edit_person(
                person=person,
                version=posted_version(request),
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"] or "",
                team=form.cleaned_data["team"],
                access=form.access(),
                actor=request.user,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("person_edit", person.pk)
    invitation = person.invitations.unanswered().select_related("invited_by").first()
    told: dict[str, Any] = {
        "form": form,
        "person": person,
        "invitation": invitation,
        "history": HistoryEntry.objects.about(person)[:HISTORY_ROWS],
    }
    # The link lets its holder in, so it is shown to those only who may invite.
    if invitation and request.user.admin_access == Access.FULL:
        told["link"] = invitation_link(request, invitation)
    return render(request, "accounts/person_edit.html", told)


def posted_version(request: PersonRequest) -> int:
    """The version the page was drawn from; 0, which no row has, when it is missing."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= VERSION_DIGITS else 0


@roles(Role.ADMIN)
@require_POST
def person_deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a person's sign-in away, at once."""
    person = get_object_or_404(User, pk=pk)
    try:
        deactivate_person(person=person, version=posted_version(request), actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(
            request,
            _("%(name)s cannot sign in any more, and their open sessions have ended.")
            % {"name": person.name},
        )
    return redirect("person_edit", person.pk)


@roles(Role.ADMIN)
@require_POST
def person_invite_again(request: PersonRequest, pk: int) -> HttpResponse:
    """A fresh link for somebody who cannot sign in yet, or no longer."""
    person = get_object_or_404(User, pk=pk)
    try:
        invitation = invite_again(person=person, actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        hand_over(request, invitation, send="send" in request.POST)
    return redirect("person_edit", person.pk)


@roles(Role.ADMIN)
@require_POST
def invitation_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Make an invitation's link stop working."""
    invitation = get_object_or_404(Invitation.objects.select_related("user"), pk=pk)
    try:
        withdraw_invitation(invitation=invitation, actor=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The link no longer works."))
    return redirect("person_edit", invitation.user_id)


@everyone
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """One's own name, zone, theme and keys; also for people whose role is read-only."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        edit_profile(person=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("profile")
        # This browser's own choice, made in the top bar, would hide the one just saved.
        response.delete_cookie("td_theme")
        return response
    history = HistoryEntry.objects.about(request.user)[:HISTORY_ROWS]
    return render(request, "accounts/profile.html", {"form": form, "history": history})
