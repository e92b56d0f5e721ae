"""What the bench, a lot and the figures cost with years of inspections behind them."""

import statistics
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus

from django.db import connection
from django.urls import reverse

from helpdesk.bench.measures import FLOOR, TOKEN, Page, queries_of, signed_in_client
from helpdesk.bench.worker import Worker, signed_in
from quality.models import Inspection, Result

INSPECTOR, MANAGER = 1, 2
# Milliseconds that each may take, as the issue that asked for it says.
LIMITS = {"bench queue": 40, "saving a result": 20, "lot page": 50, "control chart": 150}


@dataclass(frozen=True)
class InspectionFigures:
    """All figures of one run; times are medians in milliseconds, of the server over HTTP."""

    inspections: int
    results: int
    engine: str
    floor_page_ms: float
    pages: dict[str, dict[str, float]]


def measure_inspections(worker: Worker, times: int) -> InspectionFigures:
    """Take all figures of the workshop this process is connected to."""
    floor = worker.measure(FLOOR, times=times)
    pages = {
        "bench queue": _page(worker, INSPECTOR, reverse("bench"), times),
        "saving a result": _saving(worker, times),
        "lot page": _page(worker, INSPECTOR, reverse("lot_page", args=[_busy_lot()]), times),
        "control chart": _page(worker, MANAGER, reverse("inspection_figures"), times),
        **{
            f"figures: {name}": _page(
                worker, MANAGER, f"{reverse('inspection_figures')}?show={name}", times
            )
            for name in ("wrong", "measures", "pairs")
        },
    }
    return InspectionFigures(
        inspections=Inspection.objects.count(),
        results=Result.objects.count(),
        engine=connection.vendor,
        floor_page_ms=floor.ms,
        pages={name: asdict(page) for name, page in pages.items()},
    )


def _page(worker: Worker, person: int, path: str, times: int) -> Page:
    """A page as this person asks for it, in turn with the floor."""
    worker.cookie = signed_in(MANAGER)
    client = signed_in_client(person)
    client.get(path)
    worker.cookie = signed_in(person)
    cost = worker.measure(path, times=times)
    queries = queries_of(lambda: client.get(path))
    return Page(cost.ms, cost.cpu_ms, queries, cost.bytes, 0.0)


def _busy_lot() -> int:
    """A lot that came round again, in the middle of the two years."""
    rows = Inspection.objects.filter(round=2).order_by("pk").values_list("lot", flat=True)
    return int(rows[rows.count() // 2])


def _saving(worker: Worker, times: int) -> Page:
    """Posting results one by one into half-done inspections, as the bench's screens do."""
    mine = Inspection.objects.half_done().filter(inspector=INSPECTOR).order_by("pk")
    addresses = [
        reverse("inspection_record", args=[pk, line])
        for pk in mine.values_list("pk", flat=True)
        for line in range(1, 7)
    ]
    worker.cookie = signed_in(INSPECTOR)
    fields, moments, sent = {"typed": "100.5"}, [], 0
    worker.post(addresses[0], fields, TOKEN)
    before = worker.cpu()
    for number in range(times):
        start = time.perf_counter()
        status, body = worker.post(addresses[(number + 1) % len(addresses)], fields, TOKEN)
        moments.append(time.perf_counter() - start)
        sent = len(body)
        if status != HTTPStatus.FOUND:
            raise RuntimeError(f"A result was refused with {status}: {body[:300]!r}")
    spent = (worker.cpu() - before) / times * 1000
    client = signed_in_client(INSPECTOR)
    queries = queries_of(lambda: client.post(addresses[0], fields))
    median = round(statistics.median(moments) * 1000, 2)
    return Page(median, round(spent, 2), queries, sent, 0.0)
