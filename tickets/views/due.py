"""The due list: what was promised and is still to be done, the latest first; and its badge."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.paging import Ordering, read_page
from helpdesk.lib.periods import end_of_day
from tickets.models import Promise

ORDERINGS = {"due": Ordering(gettext_lazy("Due"), ("due_at",))}
WHOSE = {
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team's"),
    "all": gettext_lazy("Everybody's"),
}


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def promise_list(request: PersonRequest) -> HttpResponse:
    """Open promises, the soonest due first: what is late stands at the top."""
    person = request.user
    whose = request.GET.get("whose", "mine")
    offered = {key: label for key, label in WHOSE.items() if key != "team" or person.team_id}
    whose = whose if whose in offered else "mine"
    promises = Promise.objects.open().for_list()
    if whose == "mine":
        promises = promises.of(person)
    elif whose == "team":
        promises = promises.filter(owner__team=person.team_id)
    told = {
        "page": read_page(request, promises, ORDERINGS, "due"),
        "whose": whose,
        "choices": [(key, label, key == whose) for key, label in offered.items()],
        "end_of_day": end_of_day(),
    }
    return render(request, "tickets/promise_list.html", told)


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def promise_badge(request: PersonRequest) -> HttpResponseBase:
    """The number in the bar, which asks for itself as the bell does; 304 while nothing changed."""
    due = Promise.objects.of(request.user).due(end_of_day())
    etag = f'"{due.count}-{int(due.late)}-{get_language()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = render(request, "tickets/_promise_badge.html", {"due": due})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
