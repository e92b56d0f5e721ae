"""Long work with progress and a result file. The row is the queue: a task only carries its id."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile

# A running job that has not said anything for this long belongs to a dead worker.
ORPHANED_AFTER = timedelta(minutes=2)


class JobQuerySet(models.QuerySet["Job"]):
    def to_start(self) -> "JobQuerySet":
        """Jobs nobody works on: waiting ones, and running ones whose worker went silent."""
        silent = Q(state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - ORPHANED_AFTER)
        return self.filter(Q(state=Job.State.WAITING) | silent)


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
    attempts = models.PositiveSmallIntegerField(default=0)
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
