"""Long work with progress and a result file. The row is the queue: a task only carries its id."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from files.models import StoredFile
from jobs.texts import kind_label

# A running job that has not said anything for this long belongs to a dead worker.
ORPHANED_AFTER = timedelta(minutes=2)


class JobQuerySet(models.QuerySet["Job"]):
    def to_start(self) -> "JobQuerySet":
        """Jobs nobody works on: waiting ones, and running ones whose worker went silent."""
        silent = Q(state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - ORPHANED_AFTER)
        return self.filter(Q(state=Job.State.WAITING) | silent)

    def unfinished(self) -> "JobQuerySet":
        """Jobs that wait or run."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def held(self, job: "Job") -> "JobQuerySet":
        """The row of a job as long as it is still the work of whoever claimed this instance."""
        return self.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)

    def visible_to(self, person: User) -> "JobQuerySet":
        """Jobs this person may look at: their own; managers and admins all of them."""
        if person.may(Role.MANAGER, Role.ADMIN):
            return self
        return self.filter(started_by=person)

    def cancellable_by(self, person: User) -> "JobQuerySet":
        """Jobs this person may stop: their own; managers and admins who may write, all of them."""
        if person.may(Role.MANAGER, Role.ADMIN, write=True):
            return self
        return self.filter(started_by=person)

    def for_list(self) -> "JobQuerySet":
        """With what a list shows of them."""
        return self.select_related("started_by", "input_file", "result_file")


class Job(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=40)
    task = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    params = models.JSONField(default=dict)
    progress = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    report = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    input_file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    result_file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="jobs"
    )
    # Each claim counts one up, and only the last one may write: two workers never both do.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Claims since the last progress: a job that kills its workers is given up.
    stalled = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed", "cancelled"]),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("created_at")),
                name="job_finishes_after_creation",
            ),
            models.CheckConstraint(condition=Q(progress__gte=0), name="job_progress_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_unfinished",
            ),
            models.Index(fields=["started_by", "-created_at"], name="job_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return kind_label(self.kind)

    @property
    def is_unfinished(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in {Job.State.WAITING, Job.State.RUNNING}

    @property
    def took(self) -> timedelta | None:
        """From the first start to the end; None while there is either to come."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def of(self, person: User) -> "ImportDraftQuerySet":
        """A person's own; nobody else sees them."""
        return self.filter(created_by=person).select_related("file", "created_by")


class ImportDraft(models.Model):
    """An uploaded file before it is imported: which heading is which column, and what was tried.

    `preview` is what ``jobs.importing.drafts`` found in the file with that mapping.
    """

    kind = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # The import, once it was asked for: a file goes in once.
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ImportDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.file_id}"
