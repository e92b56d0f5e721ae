"""The one place that names a task by a string: asking a worker to hurry.

The rows are the queue: a nudge that gets lost delays the work until the next sweep and loses
nothing. So a dead broker must neither fail nor slow down what a person saves.
"""

import logging
import time

import redis.exceptions
from celery import current_app
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

# Seconds a person may be kept waiting for a broker that does not answer.
_TIMEOUT = 0.5
# After a failure the broker is left alone for this many seconds, so that saves stay fast.
_REST = 5.0
_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": _TIMEOUT,
    "socket_timeout": _TIMEOUT,
    "retry_on_timeout": False,
    # kombu tries for ever to open a connection unless told not to.
    "max_retries": 0,
}
# What a broker that is down, gone or hung looks like through kombu and redis-py.
_BROKER_ERRORS = (
    OperationalError,
    LimitExceeded,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    OSError,
)


class _Rest:
    """When the broker may be tried again, by this process's monotonic clock."""

    until = 0.0


def nudge(task_name: str, *args: object) -> bool:
    """Ask a worker to run `task_name` with `args` (JSON values) now; returns within about 0.5 s.

    Call it after the commit: `transaction.on_commit(partial(nudge, "app.tasks.work", pk))`. A
    connection error of the broker is logged and swallowed, and the broker is then left alone for
    five seconds; any other error is raised. Returns whether the broker took it, which only sweeps
    need to know.
    """
    if time.monotonic() < _Rest.until:
        return False
    options = {**current_app.conf.broker_transport_options, **_TRANSPORT_OPTIONS}
    connection = current_app.connection_for_write(transport_options=options)
    try:
        with producers[connection].acquire(block=True, timeout=_TIMEOUT) as producer:
            current_app.send_task(task_name, args=args, retry=False, producer=producer)
    except _BROKER_ERRORS as error:
        _Rest.until = time.monotonic() + _REST
        logger.warning("The broker is away, %s waits for the next sweep: %s", task_name, error)
        return False
    return True


def nudge_or_run(task_name: str, *args: object) -> None:
    """Nudge, and where the broker is away run the task here: for sweeps, never for a request.

    An installation without a broker runs its sweeps in a loop, and this is how its jobs get done.
    What fails in the task is logged, as a worker would.
    """
    if nudge(task_name, *args):
        return
    result = current_app.tasks[task_name].apply(args=args, throw=False)
    if result.failed():
        logger.error("The task %s%s failed: %s", task_name, args, result.traceback)


def wake() -> None:
    """Forget an earlier failure, so that the next nudge tries the broker at once."""
    _Rest.until = 0.0
