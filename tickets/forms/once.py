"""The key of a drawn form, which comes back however often the form is sent."""

from typing import Any
from uuid import UUID, uuid4

from django import forms


def new_form_key() -> str:
    """A key nobody else has."""
    return str(uuid4())


def own_form_key(value: Any) -> str | None:
    """A key as the database holds it; None for anything that is none."""
    try:
        return str(UUID(value))
    except (TypeError, ValueError, AttributeError):
        return None


class FormKeyField(forms.CharField):
    """Rendered hidden with a fresh key; a form drawn again after an error keeps its own.

    Without a key, or with something that is none, the form is saved every time it is sent.
    """

    def __init__(self) -> None:
        # Not remembered by the browser: a page drawn anew is a new form.
        widget = forms.HiddenInput({"autocomplete": "off"})
        super().__init__(required=False, initial=new_form_key, widget=widget)

    def clean(self, value: Any) -> str | None:
        """The key as the database holds it."""
        return own_form_key(value)
