"""The text and the limits of steps in templates."""

from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Role
from procedures.rules.texts import render_markdown
from quality.rules.words import plain

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as safe HTML, with the pictures of the procedures room."""
    return render_markdown(text, lambda key: reverse("procedure_picture", args=[key]))


@register.filter
def limit(value: Decimal) -> str:
    """A number without zeros at its end."""
    return plain(value)


@register.filter
def role_names(values: list[str]) -> str:
    """Roles by the words that people know them by."""
    return ", ".join(str(Role(value).label) for value in values)
