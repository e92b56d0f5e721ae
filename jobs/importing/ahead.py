"""Reading ahead: the next rows are read and understood while the database writes the last ones."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

from django.utils import translation

T = TypeVar("T")
# Chunks that wait to be taken; with the one being made, these bound the memory.
DEPTH = 1
_PATIENCE = 0.1


@dataclass(frozen=True)
class _End:
    """What stands behind the last item: the error that ended the reading, if one did."""

    error: BaseException | None = None


@contextmanager
def read_ahead(items: Generator[T, None, None]) -> Iterator[Iterator[T]]:
    """The same items, made in a thread of its own; an error in there is raised here.

    The generator runs, and is closed, in that thread; it must not use the database.
    """
    queue: Queue[T | _End] = Queue(DEPTH)
    stop = Event()
    arguments = (items, queue, stop, translation.get_language())
    thread = Thread(target=_read, args=arguments, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield _taken(queue)
    finally:
        stop.set()
        thread.join()


def _taken(queue: "Queue[T | _End]") -> Iterator[T]:
    """What the thread hands over."""
    while True:
        item = queue.get()
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return
        yield item


def _read(
    items: Generator[T, None, None],
    queue: "Queue[T | _End]",
    stop: Event,
    language: str | None,
) -> None:
    """The thread: hand the items over until they end or nobody wants them any more."""
    end = _End()
    with translation.override(language):
        try:
            for item in items:
                _put(queue, item, stop)
                if stop.is_set():
                    break
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised where it can be seen
            end = _End(error)
        finally:
            items.close()
    _put(queue, end, stop)


def _put(queue: "Queue[T | _End]", item: T | _End, stop: Event) -> None:
    """Wait for room, but not for ever: the reader may have been stopped."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=_PATIENCE)
        except Full:
            continue
        return
