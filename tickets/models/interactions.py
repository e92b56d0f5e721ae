from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Customer, Purchase
from tickets.models.reasons import Reason
from tickets.models.tickets import Ticket

STANDINGS_IN_FORCE = ["net", "merged", "later", "ours", "excluded", "future", "unattributed"]


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def current(self) -> "InteractionQuerySet":
        """Without those that a correction superseded."""
        return self.filter(superseded_at__isnull=True)

    def unattributed(self) -> "InteractionQuerySet":
        """Interactions not yet attached to a purchase."""
        return self.current().filter(purchase__isnull=True)

    def for_timeline(self) -> "InteractionQuerySet":
        """With what a timeline row shows, newest first."""
        return self.select_related("reason", "agent").order_by("-occurred_at", "-pk")

    def newer_net(self, contact: "Interaction") -> "InteractionQuerySet":
        """Counted contacts that come before this one in a timeline that begins with the newest."""
        moment = contact.occurred_at
        later = Q(occurred_at__gt=moment) | Q(occurred_at=moment, pk__gt=contact.pk)
        return self.filter(later, standing=Interaction.Standing.NET)


class Interaction(models.Model):
    """One contact between us and the customer.

    What was said, when, by whom, channel, direction and reason never change (a trigger refuses
    it): a correction supersedes. Its links to customer, ticket and purchase may move, each move
    with a TicketEvent. ``standing`` is how it counts, derived by ``tickets.rules`` and stored.
    """

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        CHAT = "chat", _("Chat")
        VISIT = "visit", _("Visit")
        WEB = "web", _("Web")
        SOCIAL = "social", _("Social")
        POST = "post", _("Post")
        OTHER = "other", _("Other")

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("They contacted us")
        OUTBOUND = "outbound", _("We contacted them")

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("Resolved")
        PROMISED = "promised", _("Promised")
        ESCALATED = "escalated", _("Escalated")
        WAITING = "waiting", _("Waiting for customer")
        NO_ACTION = "no_action", _("No action")

    class Standing(models.TextChoices):
        NET = "net", _("counted")
        MERGED = "merged", _("merged with the one before")
        LATER = "later", _("after the window")
        OURS = "ours", _("ours, not counted")
        EXCLUDED = "excluded", _("its reason does not count")
        FUTURE = "future", _("dated in the future")
        UNATTRIBUTED = "unattributed", _("without a purchase")
        SUPERSEDED = "superseded", _("superseded by a correction")

    # The contact's name in the system it was imported from; importing twice finds it again.
    external_id = models.CharField(max_length=160, unique=True, null=True, editable=False)
    purchase = models.ForeignKey(
        Purchase, null=True, blank=True, on_delete=models.PROTECT, related_name="interactions"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="interactions"
    )
    ticket = models.ForeignKey(
        Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="interactions"
    )
    # The bare number or order number as it came in, while nobody knows whose it is.
    caller = models.CharField(_("number or name of an unknown caller"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    occurred_at = models.DateTimeField(_("when"))
    reason = models.ForeignKey(
        Reason, verbose_name=_("reason"), null=True, blank=True, on_delete=models.PROTECT
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    summary = models.TextField(_("what was said"), blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="interactions"
    )
    duration_seconds = models.PositiveIntegerField(_("duration, in seconds"), null=True, blank=True)
    # An automatic message: kept, never counted.
    is_system = models.BooleanField(default=False, editable=False)
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="correction", editable=False
    )
    superseded_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    # Of the form it was typed in: sent twice, a form makes one contact.
    form_key = models.CharField(max_length=36, null=True, editable=False)
    standing = models.CharField(
        max_length=12, choices=Standing, default=Standing.UNATTRIBUTED, editable=False
    )

    objects = InteractionQuerySet.as_manager()

    # Set by log_interaction on a contact that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    channel__in=[
                        "phone",
                        "email",
                        "chat",
                        "visit",
                        "web",
                        "social",
                        "post",
                        "other",
                    ]
                ),
                name="interaction_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["inbound", "outbound"]),
                name="interaction_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["", "resolved", "promised", "escalated", "waiting", "no_action"]
                ),
                name="interaction_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    standing__in=[
                        "net",
                        "merged",
                        "later",
                        "ours",
                        "excluded",
                        "future",
                        "unattributed",
                        "superseded",
                    ]
                ),
                name="interaction_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(purchase__isnull=False)
                | Q(standing__in=["unattributed", "superseded"]),
                name="interaction_counts_on_a_purchase",
            ),
            models.CheckConstraint(
                condition=Q(purchase__isnull=True) | ~Q(standing="unattributed"),
                name="interaction_attributed_has_standing",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, standing__in=STANDINGS_IN_FORCE)
                | Q(superseded_at__isnull=False, standing="superseded"),
                name="interaction_superseded_does_not_count",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("pk")),
                name="interaction_not_its_own_correction",
            ),
            # Conditional, as SQLite then adds it without building the table anew.
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="interaction_once_per_form",
            ),
        ]
        indexes = [
            # Carries everything that counting needs, so that counting reads the index alone.
            models.Index(
                fields=["purchase", "occurred_at", "id"],
                include=["direction", "reason", "is_system", "superseded_at", "standing"],
                name="interaction_counting",
            ),
            models.Index(fields=["customer", "-occurred_at"], name="interaction_by_customer"),
            models.Index(fields=["-occurred_at", "-id"], name="interaction_newest"),
            models.Index(
                fields=["-occurred_at", "-id"],
                condition=Q(purchase__isnull=True, superseded_at__isnull=True),
                name="interaction_unattributed",
            ),
            models.Index(fields=["caller"], condition=~Q(caller=""), name="interaction_by_caller"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.occurred_at:%Y-%m-%d %H:%M}"


class Rating(models.Model):
    """What a customer thought of a purchase, 1 (bad) to 5 (good)."""

    external_id = models.CharField(max_length=160, unique=True, null=True, editable=False)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="ratings")
    answered_at = models.DateTimeField(_("answered"))
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_score_1_to_5")
        ]
        indexes = [models.Index(fields=["purchase", "-answered_at"], name="rating_by_purchase")]

    def __str__(self) -> str:
        return f"{self.score}/5"
