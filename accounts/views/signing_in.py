"""The pages before one is in: signing in and out, passwords, the first admin, invitations."""

from typing import Any

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, by_pin, everyone, public
from accounts.forms.people import AcceptForm
from accounts.forms.shop import WelcomeForm
from accounts.models import Invitation, User
from accounts.services import InvitationError, accept_invitation, start_shop, why_closed

hide_passwords = sensitive_post_parameters("password", "password_again")


@public
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Open, since it is the door; a shop without anybody in it is sent to be set up."""
    if request.method == "GET" and not User.objects.active().exists():
        return redirect("first_admin")
    response: HttpResponseBase = allauth_views.login(request)
    return response


@public
@never_cache
@require_safe
def session_state(request: HttpRequest) -> JsonResponse:
    """Open, since a page that stayed open asks here who is signed in now, and for a fresh token."""
    return JsonResponse({"person": request.user.pk, "token": get_token(request)})


@by_pin
@everyone
def sign_out(request: PersonRequest) -> HttpResponseBase:
    """Asks on GET, ends the session on POST."""
    response: HttpResponseBase = allauth_views.logout(request)
    return response


@public
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open, to tell a visitor that people are invited."""
    return render(request, "account/signup_closed.html", status=403)


@public
def sign_in_refused(request: HttpRequest) -> HttpResponse:
    """Open, to tell somebody whose sign-in was taken away."""
    return render(request, "account/account_inactive.html", status=403)


@everyone
def password_change(request: PersonRequest) -> HttpResponseBase:
    """Another password, knowing the present one."""
    response: HttpResponseBase = allauth_views.password_change(request)
    return response


@public
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Open, for who forgot the password."""
    response: HttpResponseBase = allauth_views.password_reset(request)
    return response


@public
def password_reset_done(request: HttpRequest) -> HttpResponseBase:
    """Open: says that a mail is on its way, whether or not the address is known."""
    response: HttpResponseBase = allauth_views.password_reset_done(request)
    return response


@public
def password_reset_from_key(request: HttpRequest, uidb36: str, key: str) -> HttpResponseBase:
    """Open to who has the link from the mail."""
    response: HttpResponseBase = allauth_views.password_reset_from_key(
        request, uidb36=uidb36, key=key
    )
    return response


@public
def password_reset_from_key_done(request: HttpRequest) -> HttpResponseBase:
    """Open: the password was changed, sign in."""
    response: HttpResponseBase = allauth_views.password_reset_from_key_done(request)
    return response


@public
@never_cache
@hide_passwords
@require_http_methods(["GET", "POST"])
def first_admin(request: HttpRequest) -> HttpResponse:
    """Open while nobody can sign in: makes the shop and its first admin."""
    if User.objects.active().exists():
        messages.info(request, _("This shop is set up. Sign in, or ask an admin to invite you."))
        return redirect("account_login")
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        values.pop("password_again")
        try:
            person = start_shop(**values)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            login(request, person)
            messages.success(request, _("The shop is ready. Next: invite the others."))
            return redirect("settings_home")
    return render(request, "accounts/first_admin.html", {"form": form})


@public
@never_cache
@hide_passwords
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Open to who has the link: choose a password and come in. The link works once."""
    invitation = Invitation.objects.open().select_related("user").filter(token=token).first()
    if invitation is None:
        return invitation_closed(request, token)
    form = AcceptForm(request.POST or None, person=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(token=token, password=form.cleaned_data["password"])
        except InvitationError:
            return invitation_closed(request, token)
        login(request, person)
        messages.success(request, _("Welcome, %(name)s.") % {"name": person.name})
        return redirect("home")
    told = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation_accept.html", told)


def invitation_closed(request: HttpRequest, token: str) -> HttpResponse:
    """Why the link does not work, and what to do."""
    told = {"reason": why_closed(token)}
    return render(request, "accounts/invitation_closed.html", told, status=404)
