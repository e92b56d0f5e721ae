"""Stub."""

from django.http import HttpResponse, HttpResponseBase

from accounts.access import PersonRequest, roles
from accounts.models import Role


@roles(Role.MANAGER)
def flag_list(request: PersonRequest) -> HttpResponseBase:
    """Stub."""
    return HttpResponse()


@roles(Role.MANAGER)
def flag_page(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Stub."""
    return HttpResponse()
