"""What is measured, one function a figure; each states its unit."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from helpdesk.bench.rows import COMMON_WORD, MIDDLING_WORD, RARE_WORD
from helpdesk.bench.worker import Cost, Worker
from helpdesk.lib.paging import read_page
from purchases.models import CustomerPhone, Purchase
from purchases.services import mark_for_evaluation
from thresholds.services.evaluation import evaluate_all, evaluate_purchases
from thresholds.services.learning import learn
from tickets.models import Interaction, Reason, Ticket
from tickets.queue.builtin import ORDERINGS, VIEWS

GROUP_BY = "SELECT purchase_id, count(*) FROM tickets_interaction GROUP BY 1"
CHANGED = 1000
TOKEN = "b" * 32
FLOOR = "/bench/floor/"


@dataclass(frozen=True)
class Page:
    """A page's cost; ``multiple`` is its processor time ÷ the floor page's, asked in turn."""

    ms: float
    cpu_ms: float
    queries: int
    bytes: int
    multiple: float


def group_by_seconds(*, by_index: bool) -> float:
    """Seconds of the bare GROUP BY over all interactions, sequentially or by index (best of 3)."""
    switches = (
        ("enable_seqscan",)
        if by_index
        else ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
    )
    best = float("inf")
    for _n in range(3):
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for switch in switches:
                    cursor.execute(f"SET LOCAL {switch} = off")
            start = time.perf_counter()
            cursor.execute(f"SELECT count(*) FROM ({GROUP_BY}) counted")
            cursor.fetchall()
            best = min(best, time.perf_counter() - start)
    return best


def evaluation() -> tuple[float, int]:
    """Seconds of a full evaluation, and how many purchases' counters differed."""
    start = time.perf_counter()
    result = evaluate_all()
    return time.perf_counter() - start, result.differing


def evaluation_of_changed() -> float:
    """Milliseconds to evaluate 1,000 purchases that changed (median of 5)."""
    spent = []
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for place in range(5):
        ids = list(range(max(1, newest - (place + 1) * CHANGED), newest - place * CHANGED))
        mark_for_evaluation(purchase_ids=ids)
        start = time.perf_counter()
        evaluate_purchases(purchase_ids=ids)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1000


def learning() -> tuple[float, float]:
    """Seconds of recomputing the threshold, and this process's peak memory in MB afterwards."""
    start = time.perf_counter()
    learn()
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pages(worker: Worker, times: int) -> dict[str, Page]:
    """Every page the bench knows, by name, each measured in turn with the floor."""
    client = signed_in_client()
    measured = {}
    for name, path in page_paths().items():
        cost, multiple = worker.measure_beside(path, FLOOR, times=times)
        # What a process asks once in its life is no part of a page.
        client.get(path)
        measured[name] = Page(
            cost.ms,
            cost.cpu_ms,
            queries_of(lambda path=path: client.get(path)),  # type: ignore[misc]
            cost.bytes,
            multiple,
        )
    return measured


def page_paths() -> dict[str, str]:
    """Name → address; the purchase is a busy one in the middle of the shop."""
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True)[0]
    purchase = Purchase.objects.filter(pk__gt=newest // 2, gross_interactions__gte=8).order_by(
        "pk"
    )[0]
    paths = {
        "purchase page": reverse("purchase_page", args=[purchase.pk]),
        "customer page": reverse("customer_page", args=[purchase.customer_id]),
        "call form": f"{reverse('call_create')}?purchase={purchase.pk}",
        "purchases": reverse("purchase_list"),
        "queue": reverse("ticket_list"),
        "queue, deep page": deep_page(),
        "queue, resolved tickets": f"{reverse('ticket_list')}?state=resolved&sort=age",
        "queue, filtered": f"{reverse('ticket_list')}?reason=3&channel=phone&sort=-tally",
        "ticket page": reverse("ticket_page", args=[busy_ticket()]),
        "search, rare word": f"{reverse('search')}?q={RARE_WORD}",
        "search, common word": f"{reverse('search')}?q={COMMON_WORD}",
        "search, two words": f"{reverse('search')}?q={COMMON_WORD}+{MIDDLING_WORD}",
        "flags": reverse("flag_list"),
        "board": reverse("board"),
    }
    return paths | {
        f"board: {name}": f"{reverse('board_panel', args=[name])}" for name in panel_names()
    }


def deep_page() -> str:
    """The address of the queue's page in the middle of its rows, as its own links write it."""
    request = RequestFactory().get(reverse("ticket_list"))
    unfinished = Ticket.objects.unfinished()
    half = max(1, unfinished.count() // 2)
    page = read_page(request, unfinished, ORDERINGS, VIEWS["all"].sort, half, counted="half")
    return f"{request.path}{page.next_query}"


def busy_ticket() -> int:
    """An unfinished ticket with many contacts."""
    unfinished = Ticket.objects.unfinished().annotate(contacts=Count("interactions"))
    return unfinished.order_by("-contacts", "pk").values_list("pk", flat=True)[0]


def panel_names() -> list[str]:
    """The panels of the board, each of which can be asked for alone."""
    from dashboards.panels import PANELS  # noqa: PLC0415  the board is not needed to seed

    return [panel.name for panel in PANELS]


def lookup(worker: Worker, times: int) -> float:
    """Milliseconds to find a purchase by phone number in the call form's box (median)."""
    phone = CustomerPhone.objects.order_by("-pk")[0].number
    path = f"{reverse('call_create')}?q=%2B{phone[1:]}"
    return worker.measure(path, times=times, **{"HX-Request": "true"}).ms


def logging(worker: Worker, times: int) -> tuple[Cost, int]:
    """Posting the call form: its cost, and the queries of one post."""
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True)[0]
    reason = Reason.objects.leaves().in_use()[0]
    path = reverse("call_create")

    def fields(place: int) -> dict[str, str]:
        return {
            "purchase": str(newest - 50 - place),
            "channel": Interaction.Channel.PHONE.value,
            "direction": Interaction.Direction.INBOUND.value,
            "reason": str(reason.pk),
            "outcome": Interaction.Outcome.RESOLVED.value,
            "summary": "Asks where it is.",
        }

    moments = []
    worker.post(path, fields(0), TOKEN)
    before = worker.cpu()
    for place in range(1, times + 1):
        start = time.perf_counter()
        status, body = worker.post(path, fields(place), TOKEN)
        moments.append(time.perf_counter() - start)
        if status not in {302, 303}:
            raise RuntimeError(f"The call form answered {status}: {body[:500]!r}")
    spent = (worker.cpu() - before) / times * 1000
    client = signed_in_client()
    queries = queries_of(lambda: client.post(path, fields(times + 1)))
    cost = Cost(round(statistics.median(moments) * 1000, 2), round(spent, 2), 0)
    return cost, queries


def replying(worker: Worker, times: int) -> tuple[Cost, int]:
    """Saving an answer on a ticket: its cost, and the queries of one post."""
    rows = Ticket.objects.unfinished().order_by("-pk").values_list("pk", "version")
    tickets = list(rows[: times + 2])

    def post(send: Callable[[str, dict[str, str]], object], pk: int, version: int) -> object:
        fields = {"version": str(version), "channel": "email", "text": "It leaves today."}
        return send(reverse("ticket_reply", args=[pk]), fields)

    def over_http(path: str, fields: dict[str, str]) -> None:
        status, body = worker.post(path, fields, TOKEN)
        if status not in {302, 303}:
            raise RuntimeError(f"The answer was refused with {status}: {body[:500]!r}")

    post(over_http, *tickets.pop())
    client = signed_in_client()
    queries = queries_of(lambda: post(client.post, *tickets.pop()))
    moments, before = [], worker.cpu()
    for pk, version in tickets:
        start = time.perf_counter()
        post(over_http, pk, version)
        moments.append(time.perf_counter() - start)
    spent = (worker.cpu() - before) / len(tickets) * 1000
    return Cost(round(statistics.median(moments) * 1000, 2), round(spent, 2), 0), queries


def signed_in_client(person: int = 1) -> Client:
    """A client inside this process, for counting queries."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(pk=person))
    return client


def queries_of(act: Callable[[], object]) -> int:
    """How many statements one request sends, transactions' own words left out."""
    with CaptureQueriesContext(connection) as captured:
        act()
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not query["sql"].startswith(words) for query in captured.captured_queries)
