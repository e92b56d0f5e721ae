"""Addresses inside the queue: where a person came from, and where they go back to."""

from django.http import QueryDict
from django.urls import reverse

LONGEST = 4000


def queue_address(query: str, *, without: str = "") -> str:
    """The queue as a query says, always on this site; ``without`` names a parameter to leave out."""
    params = QueryDict(query[:LONGEST]).copy()
    params.pop(without, None)
    asked = params.urlencode()
    return f"{reverse('ticket_list')}?{asked}" if asked else reverse("ticket_list")
