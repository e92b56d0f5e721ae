"""The page a change was made from: its version, and the last thing that page knew."""

from typing import Any

from django import forms

from tickets.models import Ticket


class VersionedForm(forms.Form):
    """A change of a ticket as it was drawn.

    ``seen`` is the key of the newest history row the page knew: what came after it is what the
    person has not read. Without it only the newest is shown.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(drawn_from(ticket))

    def said(self) -> dict[str, Any]:
        """What the service takes, of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def draw_again(self, ticket: Ticket) -> None:
        """Keep what was typed, upon the ticket as it is now: sent once more, it is taken."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data.update({self.add_prefix(name): value for name, value in drawn_from(ticket).items()})
        self.data = data

    def typed(self) -> list[tuple[str, str]]:
        """The words a person typed, with the labels of their fields."""
        return [
            (str(field.label), str(field.value()))
            for field in self.visible_fields()
            if isinstance(field.field, forms.CharField) and field.value()
        ]


def drawn_from(ticket: Ticket) -> dict[str, int]:
    """Of a ticket that was read for its page."""
    return {"version": ticket.version, "seen": getattr(ticket, "newest_event", None) or 0}
