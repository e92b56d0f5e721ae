"""The page that machines ask: does the product answer, and does its database?"""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public


@never_cache
@public
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """200 "ok" when a query succeeds; without it Django's 500. Public: load balancers do not sign in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok\n", content_type="text/plain")
