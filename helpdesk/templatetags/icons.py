"""Lucide icons as inline SVG: they take the colour of the text and need no request."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon as render_icon

from helpdesk.lib.settled import settles

register = template.Library()


@register.simple_tag
@settles
@lru_cache(maxsize=512)
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """The icon `name` (lucide.dev), `size` px square; decorative unless it gets a `label`.

    Raises lucide.IconDoesNotExist for an unknown name.
    """
    drawing = mark_safe(  # noqa: S308  # the package's own file, no input of ours in it
        render_icon(str(name), size, **{"class": "td-icon", "aria_hidden": "true"}).replace(
            "\n", ""
        )
    )
    if not label:
        return drawing
    # A literal in a template arrives marked as safe; the cache must not keep that mark.
    return format_html('{}<span class="visually-hidden">{}</span>', drawing, label + "")
