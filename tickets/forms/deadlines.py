"""How soon tickets are answered and resolved, typed as "4 h", "1:30" or "45 min"."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Shop
from tickets.models import Target
from tickets.services.deadlines import minutes_text

# A quarter of a year of round-the-clock work.
LONGEST = 90 * 24 * 60
SPAN = re.compile(r"(?:(\d{1,4})\s*(?:h|:|$))?\s*(?:(\d{1,5})\s*(?:m|min)?)?\Z")


def read_minutes(text: str) -> int | None:
    """Minutes; a number alone is hours, nothing is None. Raises ValidationError."""
    text = text.strip().lower()
    if not text:
        return None
    found = SPAN.match(text)
    if found is None or not found.group():
        raise ValidationError(
            _("“%(text)s” is not clear. Write 4 h, 1 h 30 or 45 min."), params={"text": text}
        )
    hours, minutes = (int(group or 0) for group in found.groups())
    total = hours * 60 + minutes
    if not 0 < total <= LONGEST:
        raise ValidationError(_("Between a minute and 2160 hours. Leave it empty for no target."))
    return total


class MinutesField(forms.CharField):
    """A span of working time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs={"placeholder": gettext_lazy("no target")}),
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Minutes, or None."""
        return read_minutes(super().clean(value))


class TargetsForm(forms.Form):
    """Two targets for each priority, the most urgent first; and when what is resolved closes."""

    PRIORITIES = tuple(reversed(Target.Priority))
    shop_version = forms.IntegerField(widget=forms.HiddenInput)
    closes_after_days = forms.IntegerField(
        min_value=1,
        max_value=365,
        label=gettext_lazy("A resolved ticket closes by itself after, in days"),
        help_text=gettext_lazy(
            "Until then a new contact of the customer opens it again; a later one opens another ticket."
        ),
    )

    def __init__(
        self, *args: Any, targets: Mapping[int, Target], shop: Shop, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(shop_version=shop.version, closes_after_days=shop.closes_after_days)
        for priority in self.PRIORITIES:
            target = targets.get(priority, Target(priority=priority, version=0))
            for name, label in (
                ("response", gettext_lazy("First answer within, %(priority)s")),
                ("resolve", gettext_lazy("Resolved within, %(priority)s")),
            ):
                told = str(label) % {"priority": priority.label}
                minutes = getattr(target, f"{name}_minutes")
                self.fields[f"{name}_{priority.value}"] = MinutesField(
                    label=told, initial=minutes_text(minutes)
                )
            self.fields[f"version_{priority.value}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=target.version
            )

    def rows(self) -> Iterator[tuple[Target.Priority, forms.BoundField, forms.BoundField]]:
        """A priority with its two fields, for the template."""
        for priority in self.PRIORITIES:
            yield priority, self[f"response_{priority.value}"], self[f"resolve_{priority.value}"]

    def goals(self) -> dict[int, tuple[int | None, int | None]]:
        """What a valid form sets."""
        given = self.cleaned_data
        return {
            one.value: (given[f"response_{one.value}"], given[f"resolve_{one.value}"])
            for one in self.PRIORITIES
        }

    def versions(self) -> dict[int, int]:
        """What the page was drawn from."""
        return {one.value: self.cleaned_data[f"version_{one.value}"] for one in self.PRIORITIES}
