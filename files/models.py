"""Uploaded and produced files; never served but through a view that checks rights."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User


def random_path() -> str:
    """A stored name that tells nothing and cannot be guessed."""
    word = secrets.token_hex(16)
    return f"{word[:2]}/{word}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, person: User) -> "StoredFileQuerySet":
        """Files this person may download: their own; managers and admins all of them."""
        if person.may(Role.MANAGER, Role.ADMIN):
            return self
        return self.filter(uploaded_by=person)


class StoredFile(models.Model):
    class Purpose(models.TextChoices):
        IMPORT = "import"
        RESULT = "result"
        ATTACHMENT = "attachment"

    path = models.CharField(max_length=80, unique=True, default=random_path, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=Purpose)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    stored_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="file_size_not_negative"),
            models.CheckConstraint(
                condition=Q(purpose__in=["import", "result", "attachment"]),
                name="file_purpose_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name
