"""The text of steps in templates."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from procedures.rules.texts import render_markdown

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as safe HTML, with the pictures of the procedures room."""
    return render_markdown(text, lambda key: reverse("procedure_picture", args=[key]))
