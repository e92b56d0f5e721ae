"""Keys of rows that a form names, as many as were ticked."""

from typing import Any

from django import forms

MOST_KEYS = 20
# A key of 64 bits has at most so many digits.
KEY_DIGITS = 18


class KeysField(forms.Field):
    """Keys of rows, as many as were ticked."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """The keys; whatever is no key is left out, the service knows which exist."""
        texts = [str(one) for one in (value or [])[:MOST_KEYS]]
        return [int(text) for text in texts if text.isdecimal() and len(text) <= KEY_DIGITS]
