from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Product


class PlanQuerySet(models.QuerySet["Plan"]):
    def active(self) -> "PlanQuerySet":
        """The plans inspections are opened against today."""
        return self.filter(state=Plan.State.ACTIVE)

    def for_list(self) -> "PlanQuerySet":
        """With the product and how many characteristics, for rows of a list."""
        return self.select_related("product", "made_by").annotate(
            lines=models.Count("characteristics")
        )


class Plan(models.Model):
    """What is checked on a product; an active plan is frozen, a change is a new revision."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    class Seconds(models.TextChoices):
        """On which lots a second person looks too, without knowing what the first found."""

        NEVER = "never", _("On no lot")
        PICKED = "picked", _("On lots picked after the first person has signed")
        EVERY = "every", _("On every lot")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="plans")
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT, editable=False)
    note = models.TextField(_("note"), blank=True)
    seconds = models.CharField(
        _("second person"), max_length=6, choices=Seconds, default=Seconds.NEVER
    )
    seconds_first = models.PositiveSmallIntegerField(_("first lots of a new product"), default=50)
    seconds_changed = models.PositiveSmallIntegerField(_("lots after a new revision"), default=20)
    seconds_percent = models.PositiveSmallIntegerField(_("per cent of the others"), default=10)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "revision"], name="plan_revision_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state="active"), name="plan_one_active_per_product"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "active", "retired"]), name="plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(activated_at__isnull=False),
                name="plan_active_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(activated_at__isnull=True),
                name="plan_draft_has_no_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_at__isnull=False)
                | (~Q(state="retired") & Q(retired_at__isnull=True)),
                name="plan_retired_has_moment",
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state="draft"), name="plan_one_draft_per_product"
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="plan_revision_positive"),
            models.CheckConstraint(
                condition=Q(seconds__in=["never", "picked", "every"]), name="plan_seconds_known"
            ),
            models.CheckConstraint(
                condition=Q(seconds_percent__lte=100), name="plan_seconds_percent_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} r{self.revision}"


class Characteristic(models.Model):
    """One thing to check. An open side of the limits is NULL, never 0."""

    class Kind(models.TextChoices):
        PASS_FAIL = "pass_fail", _("Pass or fail")
        COUNT = "count", _("Count")
        MEASURE = "measure", _("Measure")
        TEXT = "text", _("Text")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="characteristics")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    lower = models.DecimalField(
        _("lower limit"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    nominal = models.DecimalField(
        _("nominal"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    upper = models.DecimalField(
        _("upper limit"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    required = models.BooleanField(_("required"), default=True)
    method = models.TextField(_("how to check"), blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["pass_fail", "count", "measure", "text"]),
                name="characteristic_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lte=F("upper")),
                name="characteristic_lower_within_upper",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True)
                | Q(nominal__isnull=True)
                | Q(lower__lte=F("nominal")),
                name="characteristic_lower_within_nominal",
            ),
            models.CheckConstraint(
                condition=Q(nominal__isnull=True)
                | Q(upper__isnull=True)
                | Q(nominal__lte=F("upper")),
                name="characteristic_nominal_within_upper",
            ),
            models.CheckConstraint(
                condition=~Q(kind="measure") | ~Q(unit=""), name="characteristic_measure_has_unit"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["count", "measure"])
                | Q(lower__isnull=True, nominal__isnull=True, upper__isnull=True),
                name="characteristic_limits_only_on_numbers",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["pass_fail", "text"])
                | Q(lower__isnull=False)
                | Q(upper__isnull=False),
                name="characteristic_number_has_a_limit",
            ),
            models.UniqueConstraint(fields=["plan", "name"], name="characteristic_once_in_plan"),
            models.CheckConstraint(condition=~Q(name=""), name="characteristic_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
