"""One web worker of the product, asked over HTTP as a browser would, and what each answer costs."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import User
from helpdesk.bench.machine import cpu_seconds, resident_mb

START_SECONDS = 30
IN_A_ROW = 10
APPLICATION_NAME = "tallydesk-bench-worker"


@dataclass(frozen=True)
class Cost:
    """One kind of request: median milliseconds, processor milliseconds (worker and its database
    backend together) and bytes of one answer."""

    ms: float
    cpu_ms: float
    bytes: int


class Worker:
    """A running gunicorn worker and a signed-in person's cookies."""

    def __init__(self, port: int, pid: int, cookie: str) -> None:
        self.port = port
        self.pid = pid
        self.cookie = cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of one GET."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, **headers})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def post(self, path: str, fields: dict[str, str], token: str) -> tuple[int, bytes]:
        """Status and body of one form post."""
        headers = {
            "Cookie": f"{self.cookie}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**fields, "csrfmiddlewaretoken": token})
        self.connection.request("POST", path, body=body, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def cpu(self) -> float:
        """Processor seconds of the worker and its database backends so far."""
        return cpu_seconds(self.pid) + sum(cpu_seconds(pid) for pid in backends())

    def resident_mb(self) -> float:
        """Resident memory of the worker in MB."""
        return resident_mb(self.pid)

    def measure(self, path: str, *, times: int, **headers: str) -> Cost:
        """Ask for a page so often after a warm-up; RuntimeError when it is not answered with 200."""
        for _n in range(3):
            status, body = self.get(path, **headers)
            if status != http.HTTPStatus.OK:
                raise RuntimeError(f"{path} answered {status}: {body[:300]!r}")
        moments, before = [], self.cpu()
        for _n in range(times):
            start = time.perf_counter()
            self.get(path, **headers)
            moments.append(time.perf_counter() - start)
        spent = (self.cpu() - before) / times
        return Cost(round(statistics.median(moments) * 1000, 2), round(spent * 1000, 2), len(body))

    def measure_beside(self, path: str, floor: str, *, times: int) -> tuple[Cost, float]:
        """A page and the floor in turn, some requests each, and the page's processor time ÷ the
        floor's: what slows the machine meanwhile slows both. RuntimeError as ``measure``."""
        bare, found = [], []
        for turn in range(-(-times // IN_A_ROW)):
            row = min(IN_A_ROW, times - turn * IN_A_ROW)
            bare.append(self.measure(floor, times=row))
            found.append(self.measure(path, times=row))
        spent = statistics.fmean(cost.cpu_ms for cost in found)
        cost = Cost(
            round(statistics.median(cost.ms for cost in found), 2),
            round(spent, 2),
            found[-1].bytes,
        )
        beside = statistics.fmean(cost.cpu_ms for cost in bare)
        return cost, round(spent / beside, 2) if beside else 0.0


def backends() -> list[int]:
    """Process ids of the worker's database backends; none where the database is in the process."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [APPLICATION_NAME]
        )
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def running_worker(environment: dict[str, str], *, person: int = 1) -> Iterator[Worker]:
    """Start gunicorn with one worker and one thread on a free port, and stop it afterwards.

    `person`: the key of who is signed in, somebody who may see the floor.
    """
    port = _free_port()
    command = [
        sys.executable, "-m", "gunicorn", "helpdesk.wsgi:application", "--bind",
        f"127.0.0.1:{port}", "--workers", "1", "--threads", "1", "--worker-class", "gthread",
        "--keep-alive", "60", "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL
    )
    try:
        pid = _worker_pid(process.pid)
        worker = Worker(port, pid, signed_in(person))
        _wait_until_answering(worker)
        yield worker
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def signed_in(key: int) -> str:
    """The cookie of a new session of this person of the bench's shop."""
    person = User.objects.get(pk=key)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _worker_pid(master: int) -> int:
    """The first child of gunicorn's master process."""
    children = Path(f"/proc/{master}/task/{master}/children")
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if found := children.read_text(encoding="ascii").split():
            return int(found[0])
        time.sleep(0.1)
    raise RuntimeError("The web worker did not start; its message stands above.")


def _wait_until_answering(worker: Worker) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            if worker.get("/bench/floor/")[0] == http.HTTPStatus.OK:
                return
        except OSError:
            worker.connection.close()
        time.sleep(0.2)
    raise RuntimeError("The web worker does not answer; its message stands above.")
