from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, everyone, roles
from accounts.models import Role, User

# Where each role begins; who has several begins at the first of them.
LANDINGS = (
    (Role.MANAGER, "board"),
    (Role.AGENT, "ticket_list"),
    (Role.INSPECTOR, "bench"),
    (Role.ADMIN, "settings_home"),
)


def landing_page(person: User) -> str:
    """The address at which this person's work begins; their own page without any role."""
    for role, name in LANDINGS:
        if person.may(role):
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    return reverse("profile")


@everyone
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Sends everybody where their work begins."""
    return redirect(landing_page(request.user))


@roles(Role.ADMIN)
@require_safe
def settings_home(request: PersonRequest) -> HttpResponse:
    """What can be set, on cards."""
    return render(request, "accounts/settings_home.html")


@everyone
@require_http_methods(["GET", "POST"])
def admin_door(request: PersonRequest, page: str) -> HttpResponse:
    """Django's admin has no doors of its own: signing in and out and passwords are ours."""
    names = {"login": "admin:index", "logout": "account_logout"}
    if page == "login" and not request.user.may(Role.ADMIN):
        raise PermissionDenied(_("This page is for: %(roles)s.") % {"roles": Role.ADMIN.label})
    return redirect(names.get(page, "account_change_password"))
