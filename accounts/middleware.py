"""What every page knows of the person and the shop."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Shop

# The mark of a session that a PIN began.
PIN_SESSION = "pin"


class PersonMiddleware:
    """Puts the shop on the request and switches to the person's time zone for its duration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        carrier: Any = request
        carrier.shop = SimpleLazyObject(lambda: Shop.objects.get(pk=1))
        user: Any = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        zone = user.time_zone or carrier.shop.time_zone
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: object, _kwargs: object) -> None:
        """A session begun by PIN opens the bench and nothing else. Raises PermissionDenied."""
        user: Any = request.user
        if not user.is_authenticated or PIN_SESSION not in request.session:
            return
        if not getattr(view, "opens_by_pin", False) and getattr(view, "login_required", True):
            raise PermissionDenied(
                _("You came in by PIN, which opens the bench only. Sign in with your password.")
            )
