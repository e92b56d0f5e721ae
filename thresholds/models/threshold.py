from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Purchase


class ThresholdRevisionQuerySet(models.QuerySet["ThresholdRevision"]):
    def live(self) -> "ThresholdRevisionQuerySet":
        """Runs over the live history, not as of a past day."""
        return self.filter(as_of__isnull=True)

    def answers(self) -> "ThresholdRevisionQuerySet":
        """Runs as of a past day, newest first."""
        return self.filter(as_of__isnull=False).order_by("-made_at", "-pk")

    def newest(self) -> "ThresholdRevision | None":
        """The last run, without the long lists."""
        return self.defer("maturity").order_by("-made_at", "-pk").first()


class ThresholdRevision(models.Model):
    """One run of the fit, with everything needed to explain its number later. Append-only.

    mu: mean net interactions of an ordinary mature purchase; k: size of the negative binomial;
    ``number`` is T. Sources: METHOD 3, printed in the product as "How we count".
    """

    class Kind(models.TextChoices):
        STARTING = "starting", _("starting number, not yet learned")
        EARLY = "early", _("early estimate")
        LEARNED = "learned", _("learned")

    made_at = models.DateTimeField(default=timezone.now)
    # Null for the live history; else every fact after this day was ignored.
    as_of = models.DateField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveSmallIntegerField()
    mu = models.FloatField(null=True)
    k = models.FloatField(null=True)
    raw_mean = models.FloatField(null=True)
    nine_in_ten = models.PositiveSmallIntegerField(null=True)
    number_low = models.PositiveSmallIntegerField(null=True)
    number_high = models.PositiveSmallIntegerField(null=True)
    alpha = models.FloatField()
    floor = models.PositiveSmallIntegerField()
    trim = models.FloatField()
    starting_number = models.PositiveSmallIntegerField()
    window_days = models.PositiveSmallIntegerField()
    merge_hours = models.PositiveSmallIntegerField()
    history_days = models.PositiveSmallIntegerField()
    # As set; twice of it was read where it held fewer than 200 purchases.
    history_setting = models.PositiveSmallIntegerField(default=365)
    purchases = models.PositiveIntegerField()
    exposure = models.FloatField()
    excluded_rows = models.PositiveIntegerField(default=0)
    # F(age) for ages 0 … W, unrounded: the dashboards weigh young purchases with it.
    maturity = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    code_version = models.CharField(max_length=20)
    published_at = models.DateTimeField(null=True)

    objects = ThresholdRevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["starting", "early", "learned"]), name="revision_kind_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_positive"),
            models.CheckConstraint(
                condition=Q(kind="starting") | Q(mu__isnull=False, k__isnull=False),
                name="revision_learned_has_fit",
            ),
            models.CheckConstraint(
                condition=Q(as_of__isnull=True) | Q(published_at__isnull=True),
                name="revision_as_of_is_never_in_force",
            ),
        ]
        indexes = [models.Index(fields=["-made_at"], name="revision_newest")]

    def __str__(self) -> str:
        return f"T = {self.number} ({self.kind}, {self.made_at:%Y-%m-%d})"


class Threshold(models.Model):
    """The one row of the threshold: its settings, the revision in force and the pin."""

    alpha = models.FloatField(
        _("alpha"),
        default=0.005,
        validators=[MinValueValidator(0.0001), MaxValueValidator(0.1)],
    )
    floor = models.PositiveSmallIntegerField(
        _("floor"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    trim = models.FloatField(
        _("trim"), default=0.03, validators=[MinValueValidator(0.001), MaxValueValidator(0.2)]
    )
    starting_number = models.PositiveSmallIntegerField(
        _("starting number"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    history_days = models.PositiveSmallIntegerField(
        _("history, in days"),
        default=365,
        validators=[MinValueValidator(90), MaxValueValidator(3650)],
    )
    in_force = models.ForeignKey(
        ThresholdRevision, null=True, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    pinned_number = models.PositiveSmallIntegerField(
        _("pinned number"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    pinned_reason = models.CharField(_("why"), max_length=300, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    pinned_at = models.DateTimeField(null=True)
    # The number before the one in force, and since when: who is over the line only because it
    # came down is told apart from who called again.
    number_before = models.PositiveSmallIntegerField(null=True, editable=False)
    number_changed_at = models.DateTimeField(null=True, editable=False)
    # Interactions up to this key are in the counters of received ones.
    received_up_to = models.BigIntegerField(default=0, editable=False)
    # A changed setting publishes its next run at once (METHOD 3.8).
    settings_changed_at = models.DateTimeField(null=True, editable=False)
    last_run_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="threshold_is_one"),
            models.CheckConstraint(
                condition=Q(alpha__gte=0.0001) & Q(alpha__lte=0.1), name="threshold_alpha_in_range"
            ),
            models.CheckConstraint(
                condition=Q(trim__gte=0.001) & Q(trim__lte=0.2), name="threshold_trim_in_range"
            ),
            models.CheckConstraint(condition=Q(floor__gte=1), name="threshold_floor_positive"),
            models.CheckConstraint(
                condition=Q(starting_number__gte=1), name="threshold_start_positive"
            ),
            models.CheckConstraint(
                condition=Q(pinned_number__isnull=True, pinned_at__isnull=True)
                | (
                    Q(
                        pinned_number__gte=1,
                        pinned_number__isnull=False,
                        pinned_at__isnull=False,
                        pinned_by__isnull=False,
                    )
                    & ~Q(pinned_reason="")
                ),
                name="threshold_pin_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return "threshold"


class AsOfResult(models.Model):
    """A purchase that would have been flagged as of the day of its revision."""

    revision = models.ForeignKey(
        ThresholdRevision, on_delete=models.CASCADE, related_name="as_of_results"
    )
    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="+")
    net = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "purchase"], name="as_of_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.net}"
