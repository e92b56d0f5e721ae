"""Telephone numbers as the people of the shop write them."""

from functools import lru_cache
from typing import Any

from django import template

from helpdesk.lib.phones import Phone

register = template.Library()


@lru_cache(maxsize=2048)
def _written(number: str, country: str) -> str:
    return Phone(number).display(country)


@register.simple_tag(takes_context=True)
def phone(context: dict[str, Any], number: str) -> str:
    """A stored number as it is read out in the shop's country: "02 555 01 00", "+49 30 …"."""
    return _written(str(number), context["request"].shop.country)
