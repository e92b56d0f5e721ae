"""The bench runs from an empty database to its figures; what they are is not asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

PURCHASES = 1300
INSPECTIONS = 460
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it reads a process's cost from /proc")


@pytest.fixture
def environment(tmp_path: Path, django_db_setup: None):
    """The environment of the tests with a home of its own; the bench's database is dropped again."""
    names = [f"tallydesk_bench_{PURCHASES}", f"tallydesk_bench_inspections_{INSPECTIONS}"]
    address = os.environ.get("DATABASE_URL", "sqlite:///")
    server = address.rpartition("/")[0] + "/postgres"
    # The bench makes its database from any other one on the same server.
    url = server if address.startswith("postgres") else address
    yield {**os.environ, "TALLYDESK_HOME": str(tmp_path), "DATABASE_URL": url}
    if address.startswith("postgres"):
        session = psycopg2.connect(server)
        session.autocommit = True
        for name in names:
            session.cursor().execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        session.close()


def figures_of(environment: dict[str, str], size: str) -> dict[str, Any]:
    """What the bench prints of a size."""
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", size, "--times=2", "--json"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@LINUX
def test_the_bench_measures_a_small_workshop(environment: dict[str, str]):
    figures = figures_of(environment, f"--inspections={INSPECTIONS}")
    assert figures["engine"] == connection.vendor
    assert figures["inspections"] >= INSPECTIONS
    assert figures["results"] > 9 * INSPECTIONS
    queries = {name: page["queries"] for name, page in figures["pages"].items()}
    assert queries["bench queue"] <= 10
    assert queries["saving a result"] <= 14
    assert queries["lot page"] <= 15
    assert queries["control chart"] <= 20


@LINUX
def test_the_bench_measures_a_small_shop(environment: dict[str, str]):
    figures = figures_of(environment, f"--purchases={PURCHASES}")
    assert figures["purchases"] == PURCHASES
    assert figures["interactions"] > 3 * PURCHASES
    assert figures["engine"] == connection.vendor
    assert figures["evaluate_differing"] == 0
    assert figures["log_interaction_queries"] <= 10
    pages = figures["pages"]
    assert pages["purchase page"]["queries"] <= 10
    assert pages["board"]["queries"] <= 12
    assert figures["reply_queries"] <= 25
    for name in ("queue", "queue, deep page", "queue, filtered", "ticket page"):
        assert pages[name]["queries"] <= 10, name
    assert {"search, rare word", "search, common word"} <= set(pages)
    assert {"queue", "flags", "purchases", "call form", "customer page"} <= set(pages)
    for key in ("floor_page_ms", "group_by_s", "group_by_index_s", "evaluate_s", "evaluate_ratio",
                "threshold_s", "threshold_mb", "log_interaction_ms", "lookup_ms"):  # fmt: skip
        assert figures[key] >= 0
