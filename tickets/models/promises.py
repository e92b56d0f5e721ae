from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models.interactions import Interaction
from tickets.models.tickets import Ticket

# The badge counts no further.
DUE_LIMIT = 100


@dataclass(frozen=True)
class Due:
    """How many promises are due until a moment, up to ``DUE_LIMIT``, and whether one is late."""

    count: int
    late: bool


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        """Promises nobody has kept, broken or released yet, the soonest first."""
        return self.filter(state=Promise.State.OPEN).order_by("due_at", "pk")

    def of(self, person: User) -> "PromiseQuerySet":
        """What this person has to do."""
        return self.filter(owner=person)

    def for_list(self) -> "PromiseQuerySet":
        """With everything a row of the due list shows."""
        return self.select_related("owner", "ticket__customer", "ticket__purchase")

    def due(self, until: datetime) -> Due:
        """What is open and due before that moment, late ones among it, in one query."""
        moments = list(
            self.open().filter(due_at__lt=until).values_list("due_at", flat=True)[:DUE_LIMIT]
        )
        return Due(len(moments), bool(moments) and moments[0] <= timezone.now())


class Promise(models.Model):
    """What we said we would do, to whom, by when; kept or kept late is proven by an interaction."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        KEPT_LATE = "kept_late", _("Kept late")
        BROKEN = "broken", _("Broken")
        RELEASED = "released", _("Released")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    made_in = models.ForeignKey(
        Interaction, null=True, on_delete=models.PROTECT, related_name="promises_made"
    )
    what = models.CharField(_("what we promise"), max_length=300)
    due_at = models.DateTimeField(_("by when"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="promises"
    )
    state = models.CharField(max_length=9, choices=State, default=State.OPEN, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    proof = models.ForeignKey(
        Interaction, null=True, on_delete=models.PROTECT, related_name="promises_proven"
    )
    end_note = models.CharField(max_length=300, blank=True)
    # Kept from its tries: how many, and when somebody tries again.
    attempts = models.PositiveSmallIntegerField(db_default=0, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    # When its owner was told that it is near, that it is due, that the next try is due.
    told_near_at = models.DateTimeField(null=True, editable=False)
    told_due_at = models.DateTimeField(null=True, editable=False)
    told_again_at = models.DateTimeField(null=True, editable=False)
    # Of the form it was typed in: sent twice, a form makes one promise.
    form_key = models.CharField(max_length=36, null=True, editable=False)

    objects = PromiseQuerySet.as_manager()

    # Set by make_promise on a promise that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "kept_late", "broken", "released"]),
                name="promise_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | Q(state__in=["kept", "kept_late", "broken", "released"], ended_at__isnull=False),
                name="promise_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "kept_late"]) | Q(proof__isnull=False),
                name="promise_kept_has_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="kept") | Q(ended_at__lte=F("due_at")),
                name="promise_kept_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="kept_late") | Q(ended_at__gt=F("due_at")),
                name="promise_kept_late_is_late",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="promise_once_per_form",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="promise_due"),
            models.Index(
                fields=["owner", "due_at"], condition=Q(state="open"), name="promise_mine"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="open", told_due_at__isnull=True),
                name="promise_to_tell",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(
                    state="open", next_attempt_at__isnull=False, told_again_at__isnull=True
                ),
                name="promise_to_try_again",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(state__in=["kept", "kept_late", "broken"]),
                name="promise_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to keep it."""
        return self.state == Promise.State.OPEN

    @property
    def is_late(self) -> bool:
        """Open, and its moment has passed."""
        return self.is_open and self.due_at <= timezone.now()
