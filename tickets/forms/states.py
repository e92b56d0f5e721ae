"""Forms of a ticket's states: let it wait, begin again, or simply go on."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.moments import check_year
from tickets.forms.versions import VersionedForm

CUSTOMER, TOMORROW, MONDAY, WEEK, MOMENT = "customer", "tomorrow_9", "monday_9", "week", "moment"
WAITS = [
    (CUSTOMER, gettext_lazy("until the customer answers")),
    (TOMORROW, gettext_lazy("until tomorrow 9:00")),
    (MONDAY, gettext_lazy("until Monday 9:00")),
    (WEEK, gettext_lazy("for a week")),
    (MOMENT, gettext_lazy("until")),
]


class WaitForm(VersionedForm):
    """How long nothing can be done."""

    waits = forms.ChoiceField(choices=WAITS, initial=CUSTOMER, label=gettext_lazy("It waits"))
    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Until when"),
        validators=[check_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    note = forms.CharField(required=False, max_length=1000, label=gettext_lazy("What it waits for"))

    def clean(self) -> dict[str, Any]:
        """``until`` becomes the moment that was chosen; None: the customer's answer."""
        data = self.cleaned_data
        if "until" in self.errors or "waits" in self.errors:
            return data
        typed = data.get("until")
        data["until"] = typed if data["waits"] == MOMENT else natural_moment(data["waits"])
        if data["waits"] == MOMENT and typed is None:
            self.add_error("until", _("Say until when: a day and a time."))
        return data


def natural_moment(choice: str) -> datetime | None:
    """The moment a choice names, in the person's zone; None for the customer's answer."""
    now = timezone.localtime()
    days = {TOMORROW: 1, MONDAY: 7 - now.weekday(), WEEK: 7}
    if choice not in days:
        return None
    day = now.date() + timedelta(days=days[choice])
    return timezone.make_aware(datetime.combine(day, time(9)))


class ReopenForm(VersionedForm):
    """Why it begins again."""

    note = forms.CharField(
        max_length=1000,
        label=gettext_lazy("Why it begins again"),
        error_messages={"required": gettext_lazy("Say why it begins again: the history tells it.")},
    )
