from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Team
from procedures.models.versions import Version


class ReadRequest(models.Model):
    """A version that the people of a role or a team are to read and confirm, until a day.

    Whoever comes to the role or the team later owes it too.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="read_requests")
    role = models.CharField(_("role"), max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(~Q(role="") & Q(team__isnull=True))
                | (Q(role="") & Q(team__isnull=False)),
                name="read_request_of_a_role_or_a_team",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["", "agent", "inspector", "manager", "admin"]),
                name="read_request_role_known",
            ),
            models.UniqueConstraint(
                fields=["version", "role"], condition=~Q(role=""), name="read_request_once_per_role"
            ),
            models.UniqueConstraint(
                fields=["version", "team"],
                condition=Q(team__isnull=False),
                name="read_request_once_per_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role or self.team_id} reads {self.version_id}"


class Confirmation(models.Model):
    """That a person has read and understood a version: once, and for good."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="confirmation_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.version_id}"
