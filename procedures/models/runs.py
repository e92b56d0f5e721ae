from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from procedures.models.reading import Confirmation, ReadRequest
from procedures.models.versions import Branch, Step, Version
from tickets.models import Ticket


class RunQuerySet(models.QuerySet["Run"]):
    def of_ticket(self, ticket: int) -> "RunQuerySet":
        """The runs on a ticket and on those merged into it, and those begun in a call that became
        a contact of it.
        """
        return self.filter(
            Q(ticket=ticket)
            | Q(ticket__merged_into=ticket)
            | Q(call_key__in=Ticket.objects.filter(pk=ticket).values("interactions__form_key"))
        ).order_by("started_at", "pk")


class Run(models.Model):
    """A version that is followed: on a ticket, or in a call by the key of its form.

    It keeps its version however many are published since. Several people may work on one.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="runs")
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="procedure_runs"
    )
    call_key = models.CharField(max_length=36, null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    # When the last required step on its way was recorded.
    ended_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, call_key__isnull=True)
                | (Q(ticket__isnull=True, call_key__isnull=False) & ~Q(call_key="")),
                name="procedure_run_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["version", "ticket"],
                condition=Q(ticket__isnull=False),
                name="procedure_run_once_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["version", "call_key"],
                condition=Q(call_key__isnull=False),
                name="procedure_run_once_per_call",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="procedure_run_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["call_key"], name="procedure_run_by_call")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.version_id}"


class RecordQuerySet(models.QuerySet["Record"]):
    def deviations(self) -> "RecordQuerySet":
        """Steps left out, done otherwise, or out of their limits."""
        return self.exclude(way=Record.Way.DONE)

    def waiting(self) -> "RecordQuerySet":
        """Deviations from critical steps that nobody has decided on, the soonest due first."""
        return self.filter(word_due_at__isnull=False, decided_at__isnull=True).order_by(
            "word_due_at", "pk"
        )

    def with_unread(self) -> "RecordQuerySet":
        """``unread``: recorded by somebody who had not confirmed the version, though people had
        been asked to by then."""
        asked = ReadRequest.objects.filter(
            version=OuterRef("run__version"), asked_at__lte=OuterRef("recorded_at")
        )
        read = Confirmation.objects.filter(
            version=OuterRef("run__version"),
            person=OuterRef("recorded_by"),
            at__lte=OuterRef("recorded_at"),
        )
        return self.annotate(unread=Exists(asked) & ~Exists(read))

    def for_list(self) -> "RecordQuerySet":
        """With what a row shows."""
        return self.select_related(
            "step", "recorded_by", "decided_by", "run__version__procedure", "run__ticket"
        )


class Record(models.Model):
    """What became of one step of a run: by whom, when, and what came out of it.

    Written once; said again, a later record of the same step counts. A deviation says why; from a
    critical step it waits for the word of a second person until ``word_due_at``, and nothing waits
    for that.
    """

    class Way(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Left out")
        REPLACED = "replaced", _("Done otherwise")
        OUTSIDE = "outside", _("Out of the limits")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="records")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="records")
    way = models.CharField(max_length=8, choices=Way)
    answer = models.TextField(_("answer"), blank=True)
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=6, null=True, blank=True)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    photo = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("why"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    word_due_at = models.DateTimeField(null=True)
    # That the word is late was told.
    late_told_at = models.DateTimeField(null=True, editable=False)
    agreed = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(_("decision"), max_length=500, blank=True)
    form_key = models.CharField(max_length=36, null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=["done", "skipped", "replaced", "outside"]),
                name="procedure_record_way_known",
            ),
            models.CheckConstraint(
                condition=Q(way="done", why="") | (~Q(way="done") & ~Q(why="")),
                name="procedure_deviation_says_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, agreed__isnull=True)
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    agreed__isnull=False,
                    word_due_at__isnull=False,
                ),
                name="procedure_deviation_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recorded_by")),
                name="procedure_deviation_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(agreed=False) | ~Q(decision=""),
                name="procedure_deviation_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(word_due_at__isnull=True) | ~Q(way="done"),
                name="procedure_word_for_deviations_only",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="procedure_record_once_per_form",
            ),
        ]
        indexes = [
            models.Index(
                fields=["word_due_at"],
                condition=Q(word_due_at__isnull=False, decided_at__isnull=True),
                name="procedure_word_waited_for",
            ),
            models.Index(
                fields=["-recorded_at", "-id"],
                condition=~Q(way="done"),
                name="procedure_deviations",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.step_id}"

    @property
    def is_late(self) -> bool:
        """Whether a word is still waited for, and its moment has passed."""
        due: datetime | None = self.word_due_at
        return due is not None and self.decided_at is None and due <= timezone.now()
