"""Working hours as one types them: "09:00-12:30, 13:30-17:00" a weekday, a line a closed day."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import SuggestInput, time_zone_field
from accounts.models import Hours, Weekday
from accounts.services import HoursDraft
from accounts.services.hours import closed_text, spans_text
from accounts.services.schedule import ClosedSpan
from helpdesk.lib.moments import check_year
from helpdesk.lib.nationaldays import countries
from helpdesk.lib.worktime import DAY_MINUTES, Span, Week

MOST_SPANS, MOST_CLOSED, LONGEST_NAME = 6, 200, 120
CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?"
SPAN = re.compile(rf"\s*{CLOCK}\s*(?:-|–|to)\s*{CLOCK}\s*\Z")
DAY = r"(\d{4}-\d{2}-\d{2})"
CLOSED = re.compile(rf"{DAY}(?:\s*(?:to|-|–|\.\.)\s*{DAY})?\s+(\S.*)\Z")


def read_spans(text: str) -> tuple[Span, ...]:
    """The spans of one day, in order. Raises ValidationError saying which part is not clear."""
    parts = [part for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > MOST_SPANS:
        raise ValidationError(_("At most six spans a day."))
    return tuple(sorted(_span(part) for part in parts))


def _span(part: str) -> Span:
    """One span; one that ends where it begins, or before, ends the next day."""
    found = SPAN.match(part)
    if found is None:
        raise ValidationError(
            _("“%(text)s” is not clear. Write 09:00-17:00, with a comma between two spans."),
            params={"text": part.strip()},
        )
    hour, minute, end_hour, end_minute = (int(group or 0) for group in found.groups())
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or opens >= DAY_MINUTES or closes > DAY_MINUTES:  # noqa: PLR2004
        raise ValidationError(
            _("“%(text)s” has a time that no clock shows."), params={"text": part.strip()}
        )
    return opens, closes if closes > opens else closes + DAY_MINUTES


def read_closed(text: str) -> tuple[ClosedSpan, ...]:
    """The closed days, a line each. Raises ValidationError naming the line that is not clear."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CLOSED:
        raise ValidationError(_("At most 200 lines. Take out those that have passed."))
    return tuple(_closed(line) for line in lines)


def _closed(line: str) -> ClosedSpan:
    """One line: a day or two, and why."""
    found = CLOSED.match(line)
    first = _day(found[1]) if found else None
    last = _day(found[2]) if found and found[2] else first
    if found is None or first is None or last is None:
        raise ValidationError(
            _(
                "“%(line)s” is not clear. Write the day as 2026-12-24, or two days with “to” "
                "between them, and then why it is closed."
            ),
            params={"line": line},
        )
    check_year(first)
    check_year(last)
    if last < first:
        raise ValidationError(
            _("“%(line)s” ends before it begins. Swap the two days."), params={"line": line}
        )
    return first, last, found[3][:LONGEST_NAME]


def _day(text: str) -> date | None:
    """The day, if there is such a one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class HoursForm(forms.Form):
    """When a desk is open."""

    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        forms.CharField(
            label=day.label,
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"placeholder": gettext_lazy("closed")}),
        )
        for day in Weekday
    )
    time_zone = time_zone_field(
        required=False, help_text=gettext_lazy("Leave it empty for the shop's.")
    )
    country = forms.CharField(
        label=gettext_lazy("National holidays of"),
        required=False,
        max_length=2,
        help_text=gettext_lazy("A country's two letters: BE, NL, FR … Empty: open on holidays."),
    )
    subdivision = forms.CharField(
        label=gettext_lazy("Part of the country"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Where it has holidays of its own, as BY in Germany."),
    )
    closed = forms.CharField(
        label=gettext_lazy("Also closed on"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": "2026-12-24 to 2026-12-31 Winter break"}
        ),
        help_text=gettext_lazy("A line for each: the day, or two days with “to”, then why."),
    )

    def __init__(self, *args: Any, hours: Hours, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({day.name.lower(): spans_text(week[day]) for day in Weekday})
        self.initial.update(
            time_zone=hours.time_zone, country=hours.country, subdivision=hours.subdivision
        )
        if hours.pk:
            lines = [(one.first_day, one.last_day, one.name) for one in hours.closed.all()]
            self.initial["closed"] = "\n".join(closed_text(line) for line in lines)
        self.fields["country"].widget = SuggestInput(
            sorted(countries()), {"autocapitalize": "characters", "maxlength": 2}
        )

    def weekday_fields(self) -> list[forms.BoundField]:
        """The seven days, for the template."""
        return [self[day.name.lower()] for day in Weekday]

    def clean(self) -> dict[str, Any]:
        """Read the days, the closed ones, and find the country."""
        given = self.cleaned_data
        for day in Weekday:
            self._read(day.name.lower(), read_spans)
        self._read("closed", read_closed)
        country = given["country"] = (given.get("country") or "").upper()
        part = given["subdivision"] = (given.get("subdivision") or "").strip()
        if country and country not in countries():
            told = _("The holidays of “%(code)s” are not known. Belgium is BE, for example.")
            self.add_error("country", told % {"code": country})
        elif part and part not in countries().get(country, ()):
            self.add_error("subdivision", self._parts_told(country, part))
        return given

    def _read(self, name: str, reader: Any) -> None:
        """Put what ``reader`` makes of a field's text in its place, or the error beside it."""
        try:
            self.cleaned_data[name] = reader(self.cleaned_data.get(name) or "")
        except ValidationError as refused:
            self.add_error(name, refused)

    def _parts_told(self, country: str, part: str) -> str:
        """What would have been right."""
        known = ", ".join(countries().get(country, ()))
        if not country:
            return _("Name the country first.")
        if not known:
            return _("The holidays of %(country)s are the same everywhere: leave this empty.") % {
                "country": country
            }
        return _("“%(part)s” is no part of %(country)s. These are: %(known)s.") % {
            "part": part,
            "country": country,
            "known": known,
        }

    def draft(self) -> HoursDraft:
        """What a valid form says."""
        given = self.cleaned_data
        return HoursDraft(
            time_zone=given["time_zone"],
            country=given["country"],
            subdivision=given["subdivision"],
            week=tuple(given[day.name.lower()] for day in Weekday),
            closed=given["closed"],
        )
