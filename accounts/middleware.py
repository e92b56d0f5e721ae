"""What every page knows of the person and the shop."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Shop


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
