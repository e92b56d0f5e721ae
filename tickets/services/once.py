"""A form that is sent twice is saved once: the database holds each form's key a single time."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tickets.models import CallAttempt, Goodwill, HelpRequest, Interaction, Promise, TicketEvent

P = ParamSpec("P")
Row = TypeVar("Row", Interaction, Promise, TicketEvent, CallAttempt, HelpRequest, Goodwill)


def once(model: type[Row]) -> Callable[[Callable[P, Row]], Callable[P, Row]]:
    """Let a service that writes a row of ``model`` run once for each ``form_key``.

    A second call with the key writes nothing and gives the first row, with ``is_repeat`` set,
    also when it could not be saved any more. Without a key it runs every time. The service is
    atomic and writes the key: the unique key refuses the later of two calls, whose work is undone.
    """

    def wrap(service: Callable[P, Row]) -> Callable[P, Row]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> Row:
            try:
                return service(*args, **kwargs)
            # Asked only when it is refused: the usual form is new, and a question costs time.
            except (IntegrityError, ValidationError):
                first = _saved(model, kwargs.get("form_key"))
                if first is None:
                    raise
                return first

        return run

    return wrap


def _saved(model: type[Row], key: object) -> Row | None:
    """The row that the form made already."""
    if key is None:
        return None
    row: Row | None = model._default_manager.filter(form_key=key).first()
    if row is not None:
        row.is_repeat = True
    return row
