"""How far we keep our word: managers see teams and reasons, everybody sees their own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from accounts.models import Role
from helpdesk.lib.periods import ALL, CHOICES, CUSTOM, read_period
from tickets.stats.kept import LEAST, read_kept


@roles(Role.AGENT, Role.MANAGER)
@require_safe
def promises_kept(request: PersonRequest) -> HttpResponse:
    """Kept in time, kept late and broken, with their number; no percentage of a handful."""
    zone = request.shop.zone
    choice = read_period(request.GET, timezone.localdate(timezone=zone))
    start, end = choice.period.moments(zone)
    sees_all = request.user.may(Role.MANAGER)
    now = timezone.now()
    told = {
        "own": read_kept(start=start, end=end, now=now, person=request.user),
        "figures": read_kept(start=start, end=end, now=now) if sees_all else None,
        "period": choice.period,
        "error": choice.error,
        "periods": [
            (key, label, key == choice.period.key)
            for key, label in CHOICES.items()
            if key not in {CUSTOM, ALL}
        ],
        "least": LEAST,
    }
    return render(request, "tickets/promises_kept.html", told)
