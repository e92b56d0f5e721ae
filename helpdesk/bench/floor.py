"""The floor: the least a signed-in page with a list can cost on this machine, bare Django."""

from django.http import HttpResponse, HttpResponseBase
from django.template import engines
from django.urls import include, path

from accounts.access import PersonRequest, roles
from accounts.models import Role
from purchases.models import Purchase

ROWS = 25
PAGE = """<!doctype html><title>Floor</title><p>{{ user.name }}</p><table>{% for row in rows %}
<tr><td>{{ row.order_number }}</td><td>{{ row.ordered_at }}</td><td>{{ row.net_interactions }}</td>
</tr>{% endfor %}</table>"""


@roles(Role.AGENT, Role.MANAGER)
def floor(request: PersonRequest) -> HttpResponseBase:
    """Session, user, one indexed query, 25 rows in a table."""
    found = Purchase.objects.order_by("-ordered_at", "-id")[:ROWS]
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"user": request.user, "rows": found}))


urlpatterns = [path("bench/floor/", floor, name="floor"), path("", include("helpdesk.urls"))]
