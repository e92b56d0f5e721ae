"""The dialogs that lie on every page: drawn once for all people of the same roles."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()
# As many as there are sets of roles, languages and dialogs.
_drawn: dict[tuple[object, ...], str] = {}


@register.simple_tag
def dialog(name: str, frame: Any, versioned: object = None) -> str:
    """The dialog ``parts/<name>_dialog.html`` as people with this frame see it.

    It shows of the frame only what ``Frame.signature`` names, and nothing of the request.
    ``versioned``: whether the page is a ticket's, with keys of its own.
    """
    look = frame.signature if frame else None
    key = (name, bool(versioned), get_language(), look)
    if key not in _drawn:
        told = {"frame": frame, "versioned": bool(versioned)}
        _drawn[key] = get_template(f"parts/{name}_dialog.html").render(told)
    return _drawn[key]
