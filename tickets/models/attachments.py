from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from files.models import StoredFile
from tickets.models.interactions import Interaction
from tickets.models.tickets import Ticket


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def there(self) -> "AttachmentQuerySet":
        """Those that nobody has taken away."""
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """A file on a ticket, or on one contact, with which it then moves wherever that goes.

    Only views that check rights serve it. Taken away, it is served no more; the row stays.
    """

    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    interaction = models.ForeignKey(
        Interaction, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    # Made by us from the pixels of a picture; the upload itself is never shown in place.
    preview = models.OneToOneField(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, interaction__isnull=True)
                | Q(ticket__isnull=True, interaction__isnull=False),
                name="attachment_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)
