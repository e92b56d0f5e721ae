from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.models.manual import Procedure


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> "VersionQuerySet":
        """Those in force."""
        return self.filter(state=Version.State.PUBLISHED)

    def for_page(self) -> "VersionQuerySet":
        """With the procedure and the people."""
        return self.select_related("procedure__owner", "author", "publisher")


class Version(models.Model):
    """What a procedure says: draft, then published by another person than its author, then
    superseded by the next. A published one is frozen.

    ``author`` is who wrote last; so whoever publishes has read what somebody else wrote.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("In force")
        SUPERSEDED = "superseded", _("Superseded")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    change_note = models.CharField(_("what changes and why"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    published_at = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"], name="procedure_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state="published"),
                name="procedure_one_published_version",
            ),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state="draft"), name="procedure_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "superseded"]),
                name="procedure_version_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, publisher__isnull=True)
                | (
                    Q(state__in=["published", "superseded"])
                    & Q(published_at__isnull=False, publisher__isnull=False)
                ),
                name="procedure_version_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(publisher__isnull=True) | ~Q(publisher=F("author")),
                name="procedure_version_publisher_is_another",
            ),
            models.CheckConstraint(
                condition=Q(state="superseded", superseded_at__isnull=False)
                | (~Q(state="superseded") & Q(superseded_at__isnull=True)),
                name="procedure_version_superseded_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="procedure_version_number_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class StepQuerySet(models.QuerySet["Step"]):
    def for_reading(self) -> "StepQuerySet":
        """In order, with their branches: two queries however many there are."""
        branches = Branch.objects.select_related("goes_to").order_by("position", "pk")
        return self.order_by("position").prefetch_related(
            models.Prefetch("branches", queryset=branches)
        )


class Step(models.Model):
    """One thing to do, to ask, to say, to measure, to decide or to photograph.

    ``text`` is Markdown. An open side of the limits of a measure is NULL, never 0.
    """

    class Kind(models.TextChoices):
        DO = "do", _("Do")
        ASK = "ask", _("Ask the customer")
        SAY = "say", _("Say")
        MEASURE = "measure", _("Measure")
        DECIDE = "decide", _("Decide")
        PHOTO = "photo", _("Photo")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), max_length=8000, blank=True)
    required = models.BooleanField(_("required"), default=True)
    # Leaving it out or doing it otherwise needs the word of a second person.
    critical = models.BooleanField(_("critical"), default=False)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    lower = models.DecimalField(
        _("lower limit"), max_digits=15, decimal_places=6, null=True, blank=True
    )
    upper = models.DecimalField(
        _("upper limit"), max_digits=15, decimal_places=6, null=True, blank=True
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="procedure_step_in_order"),
            models.UniqueConstraint(fields=["version", "title"], name="procedure_step_title_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["do", "ask", "say", "measure", "decide", "photo"]),
                name="procedure_step_kind_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="procedure_step_has_a_title"),
            models.CheckConstraint(
                condition=Q(critical=False) | Q(required=True),
                name="procedure_step_critical_is_required",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="measure")
                    & ~Q(unit="")
                    & (Q(lower__isnull=False) | Q(upper__isnull=False))
                )
                | (~Q(kind="measure") & Q(unit="", lower__isnull=True, upper__isnull=True)),
                name="procedure_step_measure_has_limits",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lte=F("upper")),
                name="procedure_step_lower_within_upper",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Branch(models.Model):
    """An answer of a decision and where it leads: to a later step, to the end, or to the next."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="branches")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("answer"), max_length=120)
    goes_to = models.ForeignKey(Step, null=True, on_delete=models.CASCADE, related_name="+")
    ends = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "position"], name="procedure_branch_in_order"),
            models.UniqueConstraint(fields=["step", "label"], name="procedure_branch_label_once"),
            models.CheckConstraint(condition=~Q(label=""), name="procedure_branch_has_a_label"),
            models.CheckConstraint(
                condition=Q(goes_to__isnull=True) | Q(ends=False),
                name="procedure_branch_goes_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.label
