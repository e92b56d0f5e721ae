"""Two people on one ticket see each other, and see that it changed while they looked."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest, roles
from accounts.models import Role
from tickets.models import Ticket
from tickets.services.presence import be_present, who_is_present


@roles(Role.AGENT, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_presence(request: PersonRequest, pk: int) -> HttpResponse:
    """Who else is here; by POST one is seen oneself. Nothing is answered while nothing changes.

    ``version`` is that of the page that asks, ``known`` the tag of what it shows already.
    """
    version = get_object_or_404(Ticket.objects.only("version"), pk=pk).version
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        be_present(ticket_id=pk, person=request.user, writing=asked.get("writing") == "1")
    others = who_is_present(ticket_id=pk, but=request.user)
    changed = asked.get("version", "") != str(version)
    signs = "-".join(f"{one.person}{'w' if one.writing else 'v'}" for one in others)
    tag = f"{signs}.{version if changed else ''}.{get_language()}"
    if request.method == "POST" and asked.get("known") == tag:
        return HttpResponse(status=204)
    same = get_conditional_response(request, etag=f'"{tag}"')
    if isinstance(same, HttpResponse):
        return same
    told = {"others": others, "changed": changed, "tag": tag, "ticket_id": pk}
    response = render(request, "tickets/_presence.html", told)
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    return response
