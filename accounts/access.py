"""Who may open what: every view names its roles here, and a house rule finds those that do not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Role, Shop, User

P = ParamSpec("P")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYONE = tuple(Role)


class PersonRequest(HttpRequest):
    """A request behind sign-in, as ``PersonMiddleware`` leaves it."""

    user: User
    shop: Shop
    htmx: Any


View = Callable[Concatenate[PersonRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def roles(*allowed: Role) -> Callable[[View[P]], AnyView[P]]:
    """Let in people with one of these roles; anything but reading needs one that is not read-only.

    Raises PermissionDenied (the 403 page says which role is needed).
    """

    def decorate(view: View[P]) -> AnyView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = cast("PersonRequest", request)
            write = request.method not in SAFE_METHODS
            if not person.user.may(*allowed, write=write):
                names = ", ".join(str(role.label) for role in allowed)
                if write and person.user.may(*allowed):
                    raise PermissionDenied(
                        _(
                            "Your role is read-only: you can look at this page but not change anything."
                        )
                    )
                raise PermissionDenied(_("This page is for: %(roles)s.") % {"roles": names})
            return view(person, *args, **kwargs)

        guarded.roles = allowed  # type: ignore[attr-defined]
        return guarded

    return decorate


def by_pin(view: AnyView[P]) -> AnyView[P]:
    """Open in a session that was begun by PIN as well: the bench, and what its pages need."""
    opened: Any = view
    opened.opens_by_pin = True
    return cast("AnyView[P]", opened)


def everyone(view: View[P]) -> AnyView[P]:
    """Let in every signed-in person, whatever the role; for a person's own things (notices, jobs)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast("PersonRequest", request), *args, **kwargs)

    guarded.roles = EVERYONE  # type: ignore[attr-defined]
    return guarded


def public(view: AnyView[P]) -> AnyView[P]:
    """Open to anybody without signing in; say so in the view's docstring why."""
    opened: Any = login_not_required(view)
    opened.roles = ()
    return cast("AnyView[P]", opened)
