"""``manage.py bench``: seed a shop of a given size and print what the product costs on it."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from helpdesk.bench import measures
from helpdesk.bench.inspection_measures import LIMITS, MANAGER, measure_inspections
from helpdesk.bench.inspection_seeding import seed_inspections
from helpdesk.bench.seeding import seed
from helpdesk.bench.worker import APPLICATION_NAME, running_worker

INSIDE = "TALLYDESK_BENCH_INSIDE"


@dataclass(frozen=True)
class Figures:
    """All figures of one run; the names say the unit."""

    purchases: int
    interactions: int
    engine: str
    floor_page_ms: float
    floor_page_cpu_ms: float
    group_by_s: float
    group_by_index_s: float
    evaluate_s: float
    evaluate_ratio: float
    evaluate_differing: int
    evaluate_1000_ms: float
    threshold_s: float
    threshold_mb: float
    log_interaction_ms: float
    log_interaction_wall_ms: float
    log_interaction_queries: int
    reply_ms: float
    reply_wall_ms: float
    reply_queries: int
    lookup_ms: float
    worker_mb: float
    pages: dict[str, dict[str, float]]


class Command(BaseCommand):
    help = (
        "Fills a database of its own (kept for the next run) with so many purchases and five "
        "times as many interactions, and prints what pages and computations cost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--purchases", type=int, default=100_000)
        parser.add_argument(
            "--inspections",
            type=int,
            default=0,
            help="instead: a workshop with so many inspections, ten results each",
        )
        parser.add_argument(
            "--times", type=int, default=40, help="how often each page is asked for"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, purchases: int, inspections: int, **options: Any) -> None:
        said = {"times": options["times"], "as_json": options["json"]}
        if os.environ.get(INSIDE):
            self._prepare()
            if inspections:
                self._measure_inspections(inspections, **said)
            else:
                self._measure(purchases, **said)
            return
        # Run again with the bench's own database: a process opens its connections only once.
        command = [sys.executable, *sys.argv]
        environment = {
            **os.environ,
            INSIDE: "1",
            "DATABASE_URL": own_database(
                f"inspections_{inspections}" if inspections else str(purchases)
            ),
            "DJANGO_SETTINGS_MODULE": "helpdesk.bench.settings",
        }
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)

    def _measure_inspections(self, inspections: int, *, times: int, as_json: bool) -> None:
        seed_inspections(inspections, self._tell)
        with running_worker({"PGAPPNAME": APPLICATION_NAME}, person=MANAGER) as worker:
            figures = asdict(measure_inspections(worker, times))
        if as_json:
            self.stdout.write(json.dumps(figures, indent=2))
            return
        pages = figures.pop("pages")
        for name, value in figures.items():
            self.stdout.write(f"{name:28}{value!s:>16}")
        self.stdout.write(f"\n{'':28}{'ms':>9}{'limit':>9}{'CPU ms':>9}{'queries':>9}{'bytes':>10}")
        for name, page in pages.items():
            self.stdout.write(
                f"{name:28}{page['ms']:>9.1f}{LIMITS.get(name, ''):>9}{page['cpu_ms']:>9.1f}"
                f"{page['queries']:>9.0f}{page['bytes']:>10.0f}"
            )

    def _measure(self, purchases: int, *, times: int, as_json: bool) -> None:
        seed(purchases, self._tell)
        figures = measure(purchases, times, self._tell)
        if as_json:
            self.stdout.write(json.dumps(asdict(figures), indent=2))
        else:
            self._print(figures)

    def _tell(self, text: str) -> None:
        self.stderr.write(text)

    def _print(self, figures: Figures) -> None:
        told = asdict(figures)
        pages = told.pop("pages")
        for name, value in told.items():
            shown = f"{value:,.3f}" if isinstance(value, float) else str(value)
            self.stdout.write(f"{name:28}{shown:>16}")
        self.stdout.write(
            f"\n{'page':28}{'ms':>9}{'CPU ms':>9}{'queries':>9}{'bytes':>10}{'× floor':>9}"
        )
        for name, page in pages.items():
            self.stdout.write(
                f"{name:28}{page['ms']:>9.1f}{page['cpu_ms']:>9.1f}{page['queries']:>9.0f}"
                f"{page['bytes']:>10.0f}{page['multiple']:>9.1f}"
            )


def measure(purchases: int, times: int, tell: Any) -> Figures:
    """Take all figures in one run, on the database this process is connected to."""
    tell("Measuring the floor …")
    sequential = measures.group_by_seconds(by_index=False)
    by_index = measures.group_by_seconds(by_index=True)
    tell("Measuring evaluation and threshold …")
    threshold_s, threshold_mb = measures.learning()
    evaluate_s, differing = measures.evaluation()
    changed_ms = measures.evaluation_of_changed()
    tell("Measuring pages …")
    with running_worker({"PGAPPNAME": APPLICATION_NAME}) as worker:
        floor = worker.measure(measures.FLOOR, times=2 * times)
        pages = measures.pages(worker, times)
        log, queries = measures.logging(worker, times)
        reply, reply_queries = measures.replying(worker, times)
        lookup = measures.lookup(worker, times)
        resident = worker.resident_mb()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_interaction")
        interactions = cursor.fetchone()[0]
    return Figures(
        purchases=purchases,
        interactions=interactions,
        engine=connection.vendor,
        floor_page_ms=floor.ms,
        floor_page_cpu_ms=floor.cpu_ms,
        group_by_s=round(sequential, 3),
        group_by_index_s=round(by_index, 3),
        evaluate_s=round(evaluate_s, 3),
        evaluate_ratio=round(evaluate_s / sequential, 2),
        evaluate_differing=differing,
        evaluate_1000_ms=round(changed_ms, 1),
        threshold_s=round(threshold_s, 3),
        threshold_mb=round(threshold_mb, 1),
        log_interaction_ms=log.cpu_ms,
        log_interaction_wall_ms=log.ms,
        log_interaction_queries=queries,
        reply_ms=reply.cpu_ms,
        reply_wall_ms=reply.ms,
        reply_queries=reply_queries,
        lookup_ms=lookup,
        worker_mb=round(resident, 1),
        pages={name: asdict(page) for name, page in pages.items()},
    )


def own_database(size: str) -> str:
    """The address of the bench's database of that size, made on PostgreSQL when it is missing."""
    name = f"tallydesk_bench_{size}"
    if connection.vendor != "postgresql":
        return f"sqlite:///{settings.HOME}/{name}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    address = os.environ["DATABASE_URL"]
    head, _slash, _tail = address.rpartition("/")
    return f"{head}/{name}"
