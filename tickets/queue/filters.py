"""The filters of the queue: each may have several values, all of them in the address."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from helpdesk.lib.filters import Filter, Text, choice_filter, flag_filter
from helpdesk.lib.prepared import Prepared
from purchases.models import Product
from tickets.models import Interaction, Reason, Ticket

KEY_DIGITS = 18
# Parameter → the rows it names by key.
NAMED: Mapping[str, type[Model]] = {
    "owner": User,
    "team": Team,
    "reason": Reason,
    "product": Product,
}
NOBODY, ME = "none", "me"
# Which deadline passed.
LATE = {"response": gettext_lazy("the first answer"), "resolve": gettext_lazy("the resolution")}


def _name_in(model: type[Model]) -> Prepared[Any]:
    rows: Any = model._default_manager
    return Prepared(lambda key: rows.filter(pk=key).values_list("pk", "name"))


_one_name = {name: _name_in(model) for name, model in NAMED.items()}


class Names:
    """The names of all rows that an address names, found in one query when first asked for."""

    def __init__(self, params: QueryDict) -> None:
        self.params = params

    @cached_property
    def found(self) -> dict[tuple[str, int], str]:
        """{(parameter, key): name}."""
        asked = [
            (name, int(text))
            for name in NAMED
            for text in self.params.getlist(name)
            if is_key(text)
        ]
        if len(asked) == 1:
            # The usual filter names one row: its question is put together once.
            [(name, key)] = asked
            return {(name, pk): told for pk, told in _one_name[name](key)}
        parts: list[QuerySet[Any, Any]] = []
        for name, model in NAMED.items():
            keys = [key for parameter, key in asked if parameter == name]
            rows = model._default_manager.filter(pk__in=keys).order_by()
            if keys:
                parts.append(rows.annotate(what=Value(name)).values_list("what", "pk", "name"))
        rows_found = parts[0].union(*parts[1:], all=True) if parts else []
        return {(what, pk): name for what, pk, name in rows_found}


def is_key(text: str) -> bool:
    """Whether it can be the key of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS


def queue_filters(person: User, names: Names | None) -> tuple[Filter, ...]:
    """All filters. Without ``names`` the words are not looked up: for counting alone."""
    me = {ME: (person.pk, _("me"))}
    team = {ME: (person.team_id, _("mine"))}
    return (
        choice_filter("state", "state", gettext_lazy("State"), Ticket.State.choices),
        _named("owner", gettext_lazy("Owner"), names, {NOBODY: (None, _("nobody")), **me}),
        _named("team", gettext_lazy("Team"), names, {NOBODY: (None, _("none")), **team}),
        _named("reason", gettext_lazy("Reason"), names, {NOBODY: (None, _("not known"))}),
        _named("product", gettext_lazy("Product"), names, {NOBODY: (None, _("none"))}),
        choice_filter("priority", "priority", gettext_lazy("Priority"), Ticket.Priority.choices),
        choice_filter("channel", "channel", gettext_lazy("Channel"), Interaction.Channel.choices),
        flag_filter("flagged", "flagged", gettext_lazy("Flagged")),
        Filter("late", "", gettext_lazy("Late"), _late, multiple=True),
    )


def _late(text: str, _zone: tzinfo) -> tuple[object, str]:
    """With a deadline that passed without being met; found by the index over the first of them."""
    if text not in LATE:
        raise ValueError(_("This choice does not exist (any more). Choose one from the list."))
    now = timezone.now()
    condition = Q(open_deadline__lt=now)
    if text == "response":
        condition &= Q(first_responded_at__isnull=True, response_due_at__lt=now)
    else:
        condition &= Q(resolve_due_at__lt=now)
    return condition, str(LATE[text])


def asks_for_finished(params: QueryDict) -> bool:
    """Whether a state that ends a ticket is among those asked for."""
    return any(state in Ticket.FINISHED for state in params.getlist("state"))


def _named(
    name: str, label: Text, names: Names | None, words: Mapping[str, tuple[int | None, str]]
) -> Filter:
    """A row by its key, or by one of these words."""

    def parse(text: str, _zone: tzinfo) -> tuple[object, str]:
        if text in words:
            return words[text]
        told = names.found.get((name, int(text))) if names and is_key(text) else None
        if told is None and (names is not None or not is_key(text)):
            raise ValueError(_("This choice does not exist (any more). Choose one from the list."))
        return int(text), told or text

    return Filter(name, name, label, parse, multiple=True)
