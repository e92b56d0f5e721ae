"""Asking a worker to hurry, with brokers in every state of health."""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import EncodeError

from helpdesk.lib.nudge import nudge, nudge_or_run, wake


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(
        current_app.conf, "broker_write_url", f"redis+socket://{tmp_path}/nobody.sock"
    )
    wake()
    yield
    wake()


def seconds(task_name: str, *args: object) -> float:
    started = time.monotonic()
    nudge(task_name, *args)
    return time.monotonic() - started


def test_a_dead_broker_is_logged_and_neither_raises_nor_delays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nudge("jobs.tasks.sweep")  # The first call of a process also imports the transport.
    wake()
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="helpdesk.lib.nudge"):
        assert seconds("jobs.tasks.sweep", 1) < 0.6
    assert "jobs.tasks.sweep waits for the next sweep" in caplog.text


def test_after_a_failure_the_broker_is_left_alone_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nudge("jobs.tasks.sweep")
    caplog.clear()
    assert seconds("jobs.tasks.sweep") < 0.05
    assert caplog.text == ""


def test_a_broker_that_hangs_costs_half_a_second(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = str(tmp_path / "hung.sock")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(path)
        silent.listen()
        monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis+socket://{path}")
        assert seconds("jobs.tasks.sweep") < 1.5


def test_a_mistake_of_ours_is_not_swallowed() -> None:
    with pytest.raises((EncodeError, TypeError)):
        nudge("jobs.tasks.sweep", object())


def test_a_sweep_runs_the_task_itself_where_there_is_no_broker(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    @current_app.task(name="tests.nudged")
    def nudged(number: int) -> None:
        done.append(10 // number)

    assert nudge("tests.nudged", 5) is False
    nudge_or_run("tests.nudged", 5)
    assert done == [2]
    nudge_or_run("tests.nudged", 0)
    assert "The task tests.nudged(0,) failed" in caplog.text
    del current_app.tasks["tests.nudged"]
