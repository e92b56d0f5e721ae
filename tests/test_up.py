"""manage.py up: everything starts, says so, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from celery import Celery

from helpdesk.supervisor import broker

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60
# These would point the product under test somewhere else than at its own home.
NOT_PASSED_ON = {"DATABASE_URL", "BROKER_URL", "CACHE_URL", "ALLOWED_HOSTS", "DEBUG", "HTTPS"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def living() -> dict[int, tuple[int, str]]:
    """Every process that is not a zombie: its id to its parent's id and its command."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = int(parent), command
    return found


def family(pid: int) -> dict[int, str]:
    """A process and all that descend from it, with their commands."""
    everyone = living()
    found = {pid: everyone[pid][1]} if pid in everyone else {}
    while True:
        more = {p: c for p, (parent, c) in everyone.items() if parent in found and p not in found}
        if not more:
            return found
        found |= more


def until(condition: Callable[[], object], *, seconds: float) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


class Up:
    """One `manage.py up --empty` in a home of its own."""

    def __init__(self, home: Path, port: int, **environment: str) -> None:
        self.home, self.port = home, port
        passed_on = {k: v for k, v in os.environ.items() if k not in NOT_PASSED_ON}
        self.seen: dict[int, str] = {}
        self.log = (home.parent / f"{home.name}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--empty", "--port", str(port)],
            cwd=ROOT,
            env=passed_on | {"TALLYDESK_HOME": str(home), **environment},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        """Everything printed so far."""
        return Path(self.log.name).read_text()

    def wait_until_ready(self) -> None:
        ready = until(
            lambda: "Tallydesk is ready" in self.said() or self.process.poll() is not None,
            seconds=SECONDS_TO_START,
        )
        assert ready, self.said()
        assert self.process.poll() is None, self.said()

    def running(self) -> dict[int, str]:
        """Its processes, those included that lost their parent since they were last asked for."""
        self.seen |= family(self.process.pid)
        everyone = living()
        return {p: c for p, c in self.seen.items() if p in everyone and everyone[p][1] == c}

    def child(self, word: str) -> int:
        """The process that the supervisor itself started and whose command has this word; 0: none."""
        found = [
            pid
            for pid, (parent, command) in living().items()
            if parent == self.process.pid and word in command
        ]
        return found[0] if found else 0

    def lose(self, word: str) -> bool:
        """Kill such a process; whether another one takes its place."""
        lost = self.child(word)
        os.kill(lost, signal.SIGKILL)
        return until(lambda: self.child(word) not in {0, lost}, seconds=10)

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    def close(self) -> None:
        """Leave nothing, whatever the test did."""
        for pid in self.running():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=20)
        self.log.close()


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Starts the product; what is still running at the end of the test is killed."""
    started: list[Up] = []

    def start(name: str = "home", **environment: str) -> Up:
        started.append(Up(tmp_path / name, free_port(), **environment))
        return started[-1]

    yield start
    for one in started:
        one.close()


def names(processes: dict[int, str]) -> set[str]:
    """Which of the product's processes are among these."""
    words = ("valkey-server", "gunicorn", "worker", "beat")
    return {word for word in words for command in processes.values() if word in command}


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of a page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def worker_answers(address: Path) -> bool:
    """Whether a worker answers through the broker on this socket."""
    with Celery("asks", broker=f"redis+socket://{address}", set_as_current=False) as app:
        return bool(app.control.ping(timeout=0.5, limit=1))


@pytest.mark.skipif(broker.server_path() is None, reason="no Valkey for this machine")
def test_everything_starts_answers_outlives_a_lost_process_and_stops_on_ctrl_c(up):
    product = up()
    product.wait_until_ready()
    assert f"http://127.0.0.1:{product.port}/" in product.said()
    assert "make the first admin" in product.said()
    assert get(product.port, "/health/") == (200, b"ok\n")
    assert until(lambda: len(product.running()) == 8, seconds=20)  # the pool is up
    running = product.running()
    assert names(running) == {"valkey-server", "gunicorn", "worker", "beat"}
    # Not readable by others: the database, the uploads and the socket are in it.
    assert {path.stat().st_mode & 0o077 for path in product.home.iterdir()} == {0}

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--empty", "--port", str(free_port())],
        cwd=ROOT,
        env=os.environ | {"TALLYDESK_HOME": str(product.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"already running here (process {product.process.pid}, http://" in second.stdout
    assert product.running() == running

    for word, name in [("valkey", "broker"), ("worker", "worker"), ("beat", "beat")]:
        assert product.lose(word), product.said()
        assert f"the {name} ended by signal 9; starting it again" in product.said()
        assert get(product.port, "/health/") == (200, b"ok\n")
    assert until(lambda: worker_answers(product.home / "valkey.sock"), seconds=15)
    assert "Traceback" not in product.said()

    assert product.end(signal.SIGINT) == 0
    assert product.running() == {}
    assert "stopped" in product.said().splitlines()[-1]
    assert not (product.home / "valkey.sock").exists()


@pytest.mark.skipif(broker.server_path() is None, reason="no Valkey for this machine")
def test_nothing_is_left_when_it_is_killed(up):
    product = up("a home of spaces " + "and of length " * 8)
    product.wait_until_ready()
    # The path is too long for a socket, so the broker listens elsewhere.
    assert not (product.home / "valkey.sock").exists()
    assert until(lambda: len(product.running()) == 8, seconds=20)  # the pool is up
    product.end(signal.SIGKILL)
    assert until(lambda: not product.running(), seconds=5), product.running()


def test_a_port_in_use_is_said_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        product = Up(tmp_path / "home", port)
        try:
            assert product.process.wait(timeout=30) == 1
            said = product.said()
        finally:
            product.close()
    assert f"Port {port} on 127.0.0.1 is already in use by another program." in said
    assert re.search(rf"--port {port + 1}\b", said)
    assert "Traceback" not in said
