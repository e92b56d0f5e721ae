"""The moment of a promise: natural choices, or any day and time."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

END_OF_DAY, START_OF_DAY = time(17), time(9)
SOON, TODAY, TOMORROW, MOMENT = "in_30_minutes", "today_17", "tomorrow_9", "moment"
DUE = [
    (SOON, gettext_lazy("in 30 min")),
    (TODAY, gettext_lazy("today 17:00")),
    (TOMORROW, gettext_lazy("tomorrow 9:00")),
    (MOMENT, gettext_lazy("at")),
]


def due_choices(now: datetime | None = None) -> list[tuple[str, Any]]:
    """The choices whose moment has not passed in the person's zone: no "today" in the evening."""
    over = timezone.localtime(now).time() >= END_OF_DAY
    return [(key, label) for key, label in DUE if not (over and key == TODAY)]


class DueField(forms.ChoiceField):
    """A natural moment. Only what is still to come is offered; what a page offered a while ago is
    understood, so that ``due_moment`` can say that it has passed.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=due_choices, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any of them, also one that is not offered any more."""
        return value in dict(DUE)


def due_moment(form: forms.Form, *, when: str, at: str) -> datetime | None:
    """The moment the fields ``when`` (tomorrow 9:00 unless chosen) and ``at`` name, in the
    person's zone; None with an error on the form when it is missing or has passed.
    """
    now = timezone.localtime()
    chosen = form.cleaned_data.get(when) or TOMORROW
    if at in form.errors or when in form.errors:
        return None
    tomorrow = now.date() + timedelta(days=1)
    moments = {
        SOON: now + timedelta(minutes=30),
        TODAY: timezone.make_aware(datetime.combine(now.date(), END_OF_DAY)),
        TOMORROW: timezone.make_aware(datetime.combine(tomorrow, START_OF_DAY)),
        MOMENT: form.cleaned_data.get(at),
    }
    due_at = moments[chosen]
    if due_at is None:
        form.add_error(at, _("Say by when: a day and a time."))
        return None
    if due_at <= now:
        form.add_error(
            at if chosen == MOMENT else when, _("This moment has passed. Choose a later one.")
        )
        return None
    return due_at
