"""What to write next: what has no procedure, by how often customers had to contact us about it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest, roles
from helpdesk.lib.periods import CHOICES, Period, read_period
from procedures.stats.coverage import Gap, read_coverage
from procedures.views.manual import WRITERS


@roles(*WRITERS)
@require_safe
def coverage(request: PersonRequest) -> HttpResponse:
    """Reasons, products and inspection plans without a procedure, the biggest first."""
    choice = read_period(request.GET, timezone.localdate(timezone=request.shop.zone))
    period = choice.period
    found = read_coverage(period.start, period.end)
    most = max((gap.net for gap in (*found.reasons, *found.products, *found.plans)), default=0)
    told = {
        "choice": choice,
        "periods": CHOICES,
        "found": found,
        "groups": (
            ("reason", _rows(found.reasons, "reason", period, most)),
            ("product", _rows(found.products, "product", period, most)),
            ("plan", _rows(found.plans, "", period, most)),
        ),
        "share": round(100 * found.covered / found.counted) if found.counted else None,
        "may_write": request.user.may(*WRITERS, write=True),
    }
    return render(request, "procedures/coverage.html", told)


def _rows(gaps: list[Gap], name: str, period: Period, most: int) -> list[tuple[Gap, str, int, str]]:
    """(gap, the address of the contacts it counts, its bar in percent, what to write about)."""
    days = {"from": period.start.isoformat()} if period.start else {}
    days["to"] = period.end.isoformat()
    return [
        (
            gap,
            f"{reverse('board_interactions')}?{urlencode({**days, name: gap.key})}" if name else "",
            round(100 * gap.net / most) if most else 0,
            urlencode({name: gap.key}) if name else "",
        )
        for gap in gaps
    ]
