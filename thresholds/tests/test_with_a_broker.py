"""A real broker and a real worker: how fast a flag comes, and what happens when the broker dies."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

from helpdesk.lib.nudge import wake
from helpdesk.supervisor import broker as private_broker
from purchases.models import Purchase
from tests import make
from thresholds.models import Flag
from thresholds.services.evaluation import sweep
from thresholds.tests.history import bought
from thresholds.tests.processes import environment
from tickets.models import Reason
from tickets.services import log_interaction

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 10
PATIENCE = 30.0


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a name short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="td-") as folder:
        yield Path(folder)


@contextmanager
def running(command: list[str], home: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program, killed at the end."""
    process = subprocess.Popen(  # noqa: S603 - our own command, no shell
        command, cwd=settings.BASE_DIR, env=environment(home, **more), stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


@contextmanager
def valkey(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The private broker of the embedded product, and its address."""
    server = private_broker.server_path()
    if server is None:
        pytest.skip("no Valkey or Redis server is installed for this machine")
    address = home / "v.sock"
    program = private_broker.program(server, address, home / "broker.log")
    with running([str(word) for word in program.command], home) as process:
        wait_until(lambda: private_broker.answers(address))
        yield process, f"redis+socket://{address}"


@contextmanager
def worker(home: Path, address: str) -> Iterator[None]:
    """One worker on the test's database and that broker."""
    command = [sys.executable, "-m", "celery", "-A", "helpdesk", "worker", "-P", "solo"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    with running([*command, *quiet], home, BROKER_URL=address):
        yield


def wait_until(true: Callable[[], bool]) -> float:
    """Seconds until it is true; fails after ``PATIENCE``."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < PATIENCE, "waited in vain"
        time.sleep(0.005)
    return time.monotonic() - start


def log(purchase: Purchase, reason: Reason) -> None:
    log_interaction(
        actor=make.agent(),
        channel="phone",
        direction="inbound",
        reason=reason,
        outcome="no_action",
        summary="Again",
        purchase=purchase,
    )


def is_flagged(purchase: Purchase) -> bool:
    return Flag.objects.filter(purchase=purchase).exists()


def addresses() -> list[str]:
    """The embedded broker, and the one of the environment where there is one."""
    return ["embedded", *(["configured"] if os.environ.get("BROKER_URL") else [])]


@pytest.mark.parametrize("kind", addresses())
def test_a_flag_follows_the_call_that_reaches_the_number(
    kind: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    customer, reason = make.customer(), make.reason()
    purchases = [bought(contacts=4, customer=customer) for _ in range(TIMES + 1)]
    sweep()
    with valkey(home) as (_process, private):
        address = private if kind == "embedded" else os.environ["BROKER_URL"]
        monkeypatch.setattr(current_app.conf, "broker_write_url", address)
        wake()
        with worker(home, address):
            log(purchases[0], reason)
            wait_until(lambda: is_flagged(purchases[0]))
            seconds = []
            for purchase in purchases[1:]:
                start = time.monotonic()
                log(purchase, reason)
                wait_until(lambda purchase=purchase: is_flagged(purchase))
                seconds.append(time.monotonic() - start)
    wake()

    assert Flag.objects.count() == TIMES + 1
    assert Purchase.objects.marked().count() == 0
    with capsys.disabled():
        median = statistics.median(seconds) * 1000
        print(f"\n  flag after save, {kind} broker: median {median:.0f} ms of {TIMES}")  # noqa: T201


def test_with_a_dead_broker_saving_succeeds_at_once_and_the_flag_comes_with_the_sweep(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase, reason = bought(contacts=4), make.reason()
    sweep()
    with valkey(home) as (process, address):
        monkeypatch.setattr(current_app.conf, "broker_write_url", address)
        wake()
        process.kill()
        process.wait(timeout=10)

        start = time.monotonic()
        log(purchase, reason)
        assert time.monotonic() - start < 5
    wake()

    purchase.refresh_from_db()
    assert purchase.net_interactions == 5
    assert list(Purchase.objects.marked()) == [purchase]
    assert not is_flagged(purchase)
    assert sweep().raised == 1
    assert is_flagged(purchase)
