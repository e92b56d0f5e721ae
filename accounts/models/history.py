from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

# The words in which a history is read, by the verb that is stored.
TOLD = {
    "created": _("made this"),
    "changed": _("changed this"),
    "imported": _("changed this by an import"),
    "retired": _("retired this"),
    "restored": _("took this into use again"),
    "deleted": _("deleted this"),
    "moved": _("changed the order"),
    "invited": _("invited this person"),
    "withdrew the invitation": _("withdrew the invitation"),
    "joined": _("accepted the invitation"),
    "deactivated": _("took the sign-in away"),
    "changed password": _("changed the password"),
    "set a PIN": _("set a PIN"),
    "changed user": _("took over a shared tablet by PIN"),
    "wrong PIN": _("was asked for a PIN and a wrong one was given"),
    "locked PIN": _("has a locked PIN: too many wrong ones were given"),
    "state": _("changed the state"),
    "withdrawn": _("withdrew this"),
    "merged": _("merged this customer into another"),
    "took over": _("merged another customer into this one"),
    "unmerged": _("undid the merge"),
    "gave back": _("undid the merge of another customer"),
    "discarded the draft": _("gave up the draft"),
}


@dataclass(frozen=True)
class HistoryLine:
    """One changed field as a person reads it; ``old`` and ``new`` are "" for nothing."""

    label: str | Promise
    old: str | Promise
    new: str | Promise


class HistoryEntryQuerySet(models.QuerySet["HistoryEntry"]):
    def about(self, *subjects: models.Model) -> "HistoryEntryQuerySet":
        """What happened to these rows, newest first, with who did it."""
        wanted = models.Q(pk__in=[])
        for subject in subjects:
            wanted |= models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        return self.filter(wanted).select_related("actor").order_by("-at", "-pk")

    def about_all(self, model: type[models.Model]) -> "HistoryEntryQuerySet":
        """What happened to any row of a small table (reasons, teams), newest first."""
        named = self.filter(subject_type=model._meta.label_lower)
        return named.select_related("actor").order_by("-at", "-pk")


class HistoryEntry(models.Model):
    """Who changed what, from what to what, when. Append-only.

    ``subject_type`` and ``subject_id`` name the row ("purchases.customer", 12); ``changes`` is
    ``{field: [old, new]}`` with values as text.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = HistoryEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="history_subject")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"

    @property
    def told(self) -> str | Promise:
        """What was done, in words."""
        return TOLD.get(self.verb, self.verb)

    @property
    def lines(self) -> list[HistoryLine]:
        """The changed fields by their names on the screen, coded values as words."""
        return [self._line(name, *sides) for name, sides in self.changes.items()]

    def _line(self, name: str, old: str | None, new: str | None) -> HistoryLine:
        try:
            field = apps.get_model(self.subject_type)._meta.get_field(name)
        except (LookupError, FieldDoesNotExist):
            return HistoryLine(name.replace("_", " ").capitalize(), old or "", new or "")
        words = {str(key): word for key, word in getattr(field, "flatchoices", ())}
        label = capfirst(getattr(field, "verbose_name", name))
        return HistoryLine(label, words.get(old or "", old or ""), words.get(new or "", new or ""))
