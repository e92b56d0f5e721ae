"""The Content-Security-Policy header, with the setting's name and meaning of Django 6."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"


def build_policy(directives: Mapping[str, Any]) -> str:
    """The header's text for a SECURE_CSP mapping.

    A value is a list of sources; True gives the bare directive; None and False leave it out,
    as in django.utils.csp of Django 6.
    """
    parts = []
    for name, sources in directives.items():
        if sources is None or sources is False:
            continue
        values = [] if sources is True else [sources] if isinstance(sources, str) else sources
        parts.append(" ".join([name, *values]))
    return "; ".join(parts)


class ContentSecurityPolicyMiddleware:
    """Adds the policy of settings.SECURE_CSP to every answer that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.SECURE_CSP and HEADER not in response:
            response[HEADER] = build_policy(settings.SECURE_CSP)
        return response
