from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.interactions import Interaction
from tickets.models.promises import Promise


class CallAttempt(models.Model):
    """One try to reach the customer about a promise, and what came of it. Append-only."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        VOICEMAIL = "voicemail", _("Voicemail")
        WRONG_NUMBER = "wrong_number", _("Wrong number")

    # After these somebody tries again, at a moment that is said.
    TRY_AGAIN = ("no_answer", "voicemail")

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="tries")
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome)
    note = models.CharField(_("note"), max_length=300, blank=True)
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    # What was said when they were reached: it proves the promise.
    contact = models.OneToOneField(
        Interaction, null=True, on_delete=models.PROTECT, related_name="attempt"
    )
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    tried_at = models.DateTimeField(default=timezone.now, editable=False)
    form_key = models.CharField(max_length=36, null=True, editable=False)

    # Set by log_attempt on a try that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "no_answer", "voicemail", "wrong_number"]),
                name="attempt_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["no_answer", "voicemail"]) | Q(next_at__isnull=False),
                name="attempt_says_when_next",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(next_at__gt=F("tried_at")),
                name="attempt_next_is_later",
            ),
            models.CheckConstraint(
                condition=Q(outcome="reached", contact__isnull=False, next_at__isnull=True)
                | (~Q(outcome="reached") & Q(contact__isnull=True)),
                name="attempt_reached_has_contact",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="attempt_once_per_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.tried_at:%Y-%m-%d %H:%M}"
