from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from tickets.models.interactions import Interaction


class CallDraftQuerySet(models.QuerySet["CallDraft"]):
    def open(self) -> "CallDraftQuerySet":
        """Calls that were neither saved nor put away, the first begun first.

        A saved call is one whose form made an interaction: nothing is deleted while saving, and a
        draft that arrives late does not come back as a call.
        """
        logged = Interaction.objects.filter(form_key=OuterRef("form_key"))
        return self.filter(~Exists(logged), discarded_at__isnull=True).order_by("started_at", "pk")


class CallDraft(models.Model):
    """What one person has typed in a call form so far; nobody else ever sees it.

    ``form_key`` is the key of the form, and becomes that of the interaction when it is saved.
    ``fields`` holds what was typed by the names of the form, as text, whatever is wrong with it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="call_drafts"
    )
    form_key = models.CharField(max_length=36)
    fields = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True)

    objects = CallDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_key"], name="call_draft_once_per_form"),
            models.CheckConstraint(
                condition=Q(saved_at__gte=F("started_at")), name="call_draft_saved_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "started_at"], name="call_draft_by_person"),
            models.Index(fields=["saved_at"], name="call_draft_by_age"),
        ]

    def __str__(self) -> str:
        return self.form_key
