from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from purchases.models import Product
from quality.models.classes import AQLS, LEVELS, Severity
from quality.models.gauges import Gauge


class PlanQuerySet(models.QuerySet["Plan"]):
    def active(self) -> "PlanQuerySet":
        """The plans inspections are opened against today."""
        return self.filter(state=Plan.State.ACTIVE)

    def for_list(self) -> "PlanQuerySet":
        """With the product and how many characteristics, for rows of a list."""
        return self.select_related("product", "made_by").annotate(
            lines=models.Count("characteristics"), subject=Coalesce("product__name", "category")
        )

    def of(self, product: Product) -> "PlanQuerySet":
        """All revisions of the product's own plan, and of its category's; its own ones first."""
        own, category = Q(product=product), Q(product__isnull=True, category=product.category)
        there = self.filter(own | category if product.category else own)
        return there.order_by(F("product").asc(nulls_last=True), "-revision")

    def beside(self, plan: "Plan") -> "PlanQuerySet":
        """The revisions of the same plan, itself among them."""
        if plan.product_id is not None:
            return self.filter(product=plan.product_id)
        return self.filter(product__isnull=True, category=plan.category)

    def in_force_for(self, product: Product) -> "Plan | None":
        """What a lot of this product is inspected by today: its own plan before its category's."""
        return self.active().of(product).first()


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

    class Sampling(models.TextChoices):
        """How many units of a lot are inspected."""

        WHOLE = "whole", _("The lot as a whole: one set of results")
        EVERY = "every", _("Every unit")
        NTH = "nth", _("Every n-th unit")
        FIRST = "first", _("The first n of each lot")
        MAKER = "maker", _("The first n of each maker, then one of each lot")
        CHANGE = "change", _("The first n after a new revision, then one of each lot")
        AQL = "aql", _("A sampling plan by code letter and AQL")

    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="plans")
    # Instead of a product: all products of this category that have no plan of their own.
    category = models.CharField(_("category"), max_length=100, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT, editable=False)
    note = models.TextField(_("note"), blank=True)
    seconds = models.CharField(
        _("second person"), max_length=6, choices=Seconds, default=Seconds.NEVER
    )
    seconds_first = models.PositiveSmallIntegerField(_("first lots of a new product"), default=50)
    seconds_changed = models.PositiveSmallIntegerField(_("lots after a new revision"), default=20)
    seconds_percent = models.PositiveSmallIntegerField(_("per cent of the others"), default=10)
    sampling = models.CharField(
        _("how many"), max_length=6, choices=Sampling, default=Sampling.WHOLE
    )
    sampling_number = models.PositiveIntegerField(_("n"), null=True)
    level = models.CharField(_("inspection level"), max_length=3, blank=True)
    aql_critical = models.CharField(_("AQL, critical"), max_length=5, blank=True)
    aql_major = models.CharField(_("AQL, major"), max_length=5, blank=True)
    aql_minor = models.CharField(_("AQL, minor"), max_length=5, blank=True)
    # Who wrote it last; somebody else approves it.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
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
                fields=["category", "revision"],
                condition=Q(product__isnull=True),
                name="plan_revision_once_per_category",
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(product__isnull=True, state="active"),
                name="plan_one_active_per_category",
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(product__isnull=True, state="draft"),
                name="plan_one_draft_per_category",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False, category="")
                | (Q(product__isnull=True) & ~Q(category="")),
                name="plan_of_product_or_category",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(made_by__isnull=True)
                | ~Q(approved_by=F("made_by")),
                name="plan_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(sampling__in=["whole", "every"], sampling_number__isnull=True)
                | Q(sampling="aql", sampling_number__isnull=True, level__in=LEVELS)
                | Q(
                    sampling__in=["nth", "first", "maker", "change"],
                    sampling_number__isnull=False,
                    sampling_number__gte=1,
                ),
                name="plan_sampling_says_how_many",
            ),
            models.CheckConstraint(
                condition=Q(
                    aql_critical__in=["", *AQLS],
                    aql_major__in=["", *AQLS],
                    aql_minor__in=["", *AQLS],
                )
                & (~Q(sampling="aql") | ~Q(aql_critical="", aql_major="", aql_minor="")),
                name="plan_aql_of_the_tables",
            ),
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

    @property
    def name(self) -> str:
        """What it is the plan of."""
        return self.product.name if self.product else self.category

    @property
    def aqls(self) -> dict[str, str]:
        """The AQL of each class that has one."""
        said = {
            Severity.CRITICAL: self.aql_critical,
            Severity.MAJOR: self.aql_major,
            Severity.MINOR: self.aql_minor,
        }
        return {str(severity): aql for severity, aql in said.items() if aql}


class Characteristic(models.Model):
    """One thing to check. An open side of the limits is NULL, never 0."""

    class Kind(models.TextChoices):
        PASS_FAIL = "pass_fail", _("Pass or fail")
        COUNT = "count", _("Count")
        MEASURE = "measure", _("Measure")
        CHOICE = "choice", _("Choice")
        TEXT = "text", _("Text")
        PHOTO = "photo", _("Photo")

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
    lower_inclusive = models.BooleanField(_("the lower limit itself conforms"), default=True)
    upper_inclusive = models.BooleanField(_("the upper limit itself conforms"), default=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), null=True, blank=True)
    severity = models.CharField(_("class"), max_length=8, choices=Severity, default=Severity.MAJOR)
    # One a line: what may be chosen, and why something can fail.
    good = models.TextField(_("choices that conform"), blank=True)
    bad = models.TextField(_("choices that do not conform"), blank=True)
    faults = models.TextField(_("what can be wrong"), blank=True)
    photo_on_fail = models.BooleanField(_("photo when it fails"), default=False)
    gauge = models.ForeignKey(
        Gauge, null=True, blank=True, on_delete=models.PROTECT, related_name="characteristics"
    )
    good_picture = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    bad_picture = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    required = models.BooleanField(_("required"), default=True)
    method = models.TextField(_("how to check"), blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["pass_fail", "count", "measure", "choice", "text", "photo"]),
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
                condition=Q(kind__in=["pass_fail", "choice", "text", "photo"])
                | Q(lower__isnull=False)
                | Q(upper__isnull=False),
                name="characteristic_number_has_a_limit",
            ),
            models.UniqueConstraint(fields=["plan", "name"], name="characteristic_once_in_plan"),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "major", "minor"]),
                name="characteristic_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="choice") & ~Q(good="") | ~Q(kind="choice") & Q(good="", bad=""),
                name="characteristic_choices_only_on_choice",
            ),
            models.CheckConstraint(
                condition=Q(decimals__isnull=True) | Q(kind="measure", decimals__lte=6),
                name="characteristic_decimals_of_a_measure",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="characteristic_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
