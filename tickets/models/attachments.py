from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from files.models import StoredFile
from tickets.models.interactions import Interaction
from tickets.models.tickets import Ticket, TicketEvent

# What a file can be on: exactly one of them, or held for a form that is not saved yet.
PLACES = ("ticket", "interaction", "note", "form_key")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def there(self) -> "AttachmentQuerySet":
        """Those that nobody has taken away."""
        return self.filter(removed_at__isnull=True)

    def visible_to(self, person: User) -> "AttachmentQuerySet":
        """Those this person may see: what is held for a form is the one's who types in it."""
        return self.filter(Q(form_key__isnull=True) | Q(added_by=person))

    def held(self, person: User, form_key: str) -> "AttachmentQuerySet":
        """What this person has chosen for a form that is not saved yet, in that order."""
        return self.there().filter(form_key=form_key, added_by=person).order_by("pk")


def on(place: str) -> Q:
    """A file on this, and on nothing else."""
    return Q(**{f"{one}__isnull": one != place for one in PLACES})


class Attachment(models.Model):
    """A file on a ticket, or on one contact or note, with which it moves wherever that goes.

    With ``form_key`` it waits for the form of that key to be saved, and then belongs to the
    contact or the note which that made; until then nobody but ``added_by`` sees it. Only views that check rights serve it. Taken away, it is served no more; the row stays.
    """

    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    interaction = models.ForeignKey(
        Interaction, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    note = models.ForeignKey(
        TicketEvent, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    form_key = models.CharField(max_length=36, null=True, editable=False)
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
                condition=on("ticket") | on("interaction") | on("note") | on("form_key"),
                name="attachment_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["form_key"], condition=Q(form_key__isnull=False), name="attachment_held"
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)
