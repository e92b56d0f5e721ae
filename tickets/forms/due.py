"""The moment of a promise: natural choices, or any day and time."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SOON, TODAY, TOMORROW, MOMENT = "in_30_minutes", "today_17", "tomorrow_9", "moment"
DUE = [
    (SOON, gettext_lazy("in 30 min")),
    (TODAY, gettext_lazy("today 17:00")),
    (TOMORROW, gettext_lazy("tomorrow 9:00")),
    (MOMENT, gettext_lazy("at")),
]


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
        TODAY: timezone.make_aware(datetime.combine(now.date(), time(17))),
        TOMORROW: timezone.make_aware(datetime.combine(tomorrow, time(9))),
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
