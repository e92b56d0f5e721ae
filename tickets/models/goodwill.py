from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.tickets import Ticket


class GoodwillLimits(models.Model):
    """What one person of a role may grant alone, in the shop's currency. One row."""

    agent = models.DecimalField(
        _("an agent alone"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("50.00"),
        validators=[MinValueValidator(0)],
    )
    manager = models.DecimalField(
        _("a manager alone"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("500.00"),
        validators=[MinValueValidator(0)],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="goodwill_limits_are_one"),
            models.CheckConstraint(
                condition=Q(agent__gte=0, manager__gte=0), name="goodwill_limits_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} / {self.manager}"


class GoodwillQuerySet(models.QuerySet["Goodwill"]):
    def waiting(self) -> "GoodwillQuerySet":
        """What needs the word of a second person."""
        return self.filter(state=Goodwill.State.WAITING)

    def standing(self) -> "GoodwillQuerySet":
        """What was granted and not undone: what we really gave."""
        return self.filter(state=Goodwill.State.GRANTED, correction__isnull=True)

    def for_list(self) -> "GoodwillQuerySet":
        """With everything a row shows."""
        return self.select_related(
            "asked_by",
            "decided_by",
            "correction__made_by",
            "ticket__customer",
            "ticket__purchase",
        )


class Goodwill(models.Model):
    """Something given to put a matter right, with what it costs us.

    ``own_limit`` is what its asker could grant alone at that moment; above it the database wants
    another person's decision.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("Refund")
        CREDIT = "credit", _("Credit")
        REPLACEMENT = "replacement", _("Replacement")
        GIFT = "gift", _("Gift")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="goodwill")
    kind = models.CharField(_("what"), max_length=11, choices=Kind)
    cost = models.DecimalField(_("what it costs us"), max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, editable=False)
    why = models.CharField(_("why"), max_length=300)
    state = models.CharField(max_length=7, choices=State, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="goodwill_asked"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    own_limit = models.DecimalField(max_digits=10, decimal_places=2, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    refusal = models.CharField(_("why not"), max_length=300, blank=True)
    form_key = models.CharField(max_length=36, null=True, editable=False)

    objects = GoodwillQuerySet.as_manager()

    # Set by grant_goodwill on one that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["refund", "credit", "replacement", "gift"]),
                name="goodwill_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "granted", "refused"]),
                name="goodwill_state_known",
            ),
            models.CheckConstraint(condition=Q(cost__gt=0), name="goodwill_costs_something"),
            models.CheckConstraint(condition=~Q(why=""), name="goodwill_says_why"),
            models.CheckConstraint(
                condition=~Q(state="granted")
                | Q(cost__lte=F("own_limit"))
                | Q(decided_by__isnull=False),
                name="goodwill_above_limit_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="goodwill_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="waiting")),
                name="goodwill_decided_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused", decided_by__isnull=False) & ~Q(refusal=""))
                | (~Q(state="refused") & Q(refusal="")),
                name="goodwill_refused_says_why",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="goodwill_once_per_form",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state="waiting"), name="goodwill_waiting"
            ),
            models.Index(fields=["-asked_at", "-id"], name="goodwill_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def undoing(self) -> "GoodwillCorrection | None":
        """The row that undid it, if there is one."""
        return getattr(self, "correction", None)

    @property
    def amount(self) -> str:
        """Its cost with the currency: "30.00 EUR"."""
        return f"{self.cost:.2f} {self.currency}"


class GoodwillCorrection(models.Model):
    """Goodwill that was granted wrongly and is not given after all: it supersedes that row.

    The row itself stays as it was decided; the database takes one correction of it, and only of
    what was granted.
    """

    goodwill = models.OneToOneField(Goodwill, on_delete=models.PROTECT, related_name="correction")
    why = models.CharField(_("why it is undone"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    # Set by undo_goodwill on one that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="goodwill_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"-{self.goodwill_id}"
