from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from purchases.models import Lot
from quality.models.classes import Severity
from quality.models.inspections import Inspection
from thresholds.models import Flag
from tickets.models import Interaction


class NonconformanceQuerySet(models.QuerySet["Nonconformance"]):
    def unfinished(self) -> "NonconformanceQuerySet":
        """Those somebody still has to do something about."""
        return self.filter(closed_at__isnull=True)

    def for_list(self) -> "NonconformanceQuerySet":
        """With lot, product and finder, for rows of a list."""
        return self.select_related("lot__product", "found_by")

    def same_fault(self, one: "Nonconformance") -> "NonconformanceQuerySet":
        """All with the same fault on the same product, up to this one; of known-bad units none."""
        return self.filter(
            lot__product=one.lot.product_id,
            lot__known_bad__isnull=True,
            fault_folded=one.fault_folded,
            pk__lte=one.pk,
        )


class Nonconformance(models.Model):
    """Something found wrong with a lot: how much of it, what is done with it, why, and whether the
    cure helped. What was found, where and by whom never changes."""

    class Source(models.TextChoices):
        INSPECTION = "inspection", _("an inspection")
        FLAG = "flag", _("a flagged purchase")
        INTERACTION = "interaction", _("a customer's contact")
        PERSON = "person", _("somebody who saw it")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="nonconformances")
    source = models.CharField(max_length=11, choices=Source)
    inspection = models.OneToOneField(
        Inspection, null=True, on_delete=models.PROTECT, related_name="nonconformance"
    )
    flag = models.ForeignKey(
        Flag, null=True, on_delete=models.PROTECT, related_name="nonconformances"
    )
    interaction = models.ForeignKey(
        Interaction, null=True, on_delete=models.PROTECT, related_name="nonconformances"
    )
    fault = models.CharField(_("fault"), max_length=120)
    fault_folded = models.CharField(max_length=120, editable=False)
    what = models.CharField(_("what is wrong"), max_length=300)
    severity = models.CharField(_("class"), max_length=8, choices=Severity)
    quantity = models.PositiveIntegerField(_("how many"))
    containment = models.TextField(_("what was done at once"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NonconformanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source="inspection", inspection__isnull=False)
                | Q(source="flag", flag__isnull=False, inspection__isnull=True)
                | Q(source="interaction", interaction__isnull=False, inspection__isnull=True)
                | Q(
                    source="person",
                    inspection__isnull=True,
                    flag__isnull=True,
                    interaction__isnull=True,
                ),
                name="nonconformance_source_is_named",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "major", "minor"]),
                name="nonconformance_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="nonconformance_quantity_positive"
            ),
            models.CheckConstraint(
                condition=~Q(fault="") & ~Q(what=""), name="nonconformance_says_what"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(cause="")),
                name="nonconformance_closed_has_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "found_at"], name="nonconformance_by_lot"),
            models.Index(fields=["fault_folded", "lot"], name="nonconformance_by_fault"),
            models.Index(
                fields=["-found_at", "-id"],
                condition=Q(closed_at__isnull=True),
                name="nonconformance_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault} on lot {self.lot_id}"


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def in_force(self) -> "DispositionQuerySet":
        """Decided by as many people as it takes."""
        alone = ~Q(nonconformance__severity=Severity.CRITICAL)
        return self.filter(alone | Q(seconded_at__isnull=False))

    def to_be_checked(self) -> "DispositionQuerySet":
        """Reworked or repaired goods that no new round was begun for."""
        return self.in_force().filter(kind__in=["rework", "repair"], checked_in__isnull=True)


class Disposition(models.Model):
    """What is done with so many of the nonconforming; append-only but for the second signature."""

    class Kind(models.TextChoices):
        USE_AS_IS = "use_as_is", _("Use as is")
        REWORK = "rework", _("Rework")
        REPAIR = "repair", _("Repair")
        REGRADE = "regrade", _("Regrade")
        SCRAP = "scrap", _("Scrap")
        RETURN = "return", _("Return to supplier")

    nonconformance = models.ForeignKey(
        Nonconformance, on_delete=models.PROTECT, related_name="dispositions"
    )
    kind = models.CharField(_("what is done"), max_length=9, choices=Kind)
    quantity = models.PositiveIntegerField(_("how many"))
    reason = models.CharField(_("why"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(default=timezone.now)
    # The second person of a critical one.
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    seconded_at = models.DateTimeField(null=True)
    # The new round that looks at what was reworked or repaired.
    checked_in = models.ForeignKey(
        Inspection, null=True, on_delete=models.PROTECT, related_name="rework_checked"
    )

    objects = DispositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["use_as_is", "rework", "repair", "regrade", "scrap", "return"]
                ),
                name="disposition_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="disposition_quantity_positive"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="disposition_has_reason"),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True, seconded_at__isnull=True)
                | (
                    Q(seconded_by__isnull=False, seconded_at__isnull=False)
                    & ~Q(seconded_by=F("decided_by"))
                ),
                name="disposition_seconded_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class CorrectiveAction(models.Model):
    """What is changed so that it does not happen again, and whether the measure moved."""

    class Measure(models.TextChoices):
        SAME_FAULT = "same_fault", _("lots with this fault, of the lots inspected")
        FIRST_PASS = "first_pass", _("lots right the first time, of the lots inspected")

    nonconformance = models.ForeignKey(
        Nonconformance, on_delete=models.PROTECT, related_name="actions"
    )
    what = models.CharField(_("what is changed"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT
    )
    due_on = models.DateField(_("done by"))
    measure = models.CharField(_("what must move"), max_length=10, choices=Measure)
    check_on = models.DateField(_("look whether it helped on"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    done_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    worked = models.BooleanField(null=True)
    finding = models.CharField(_("what was seen"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="correctiveaction_says_what"),
            models.CheckConstraint(
                condition=Q(measure__in=["same_fault", "first_pass"]),
                name="correctiveaction_measure_known",
            ),
            models.CheckConstraint(
                condition=Q(check_on__gte=F("due_on")), name="correctiveaction_checked_after_due"
            ),
            models.CheckConstraint(
                condition=Q(
                    checked_on__isnull=True,
                    checked_by__isnull=True,
                    worked__isnull=True,
                    finding="",
                )
                | (
                    Q(
                        done_on__isnull=False,
                        checked_on__gte=F("check_on"),
                        checked_by__isnull=False,
                        worked__isnull=False,
                    )
                    & ~Q(finding="")
                ),
                name="correctiveaction_check_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(checked_on__isnull=True),
                name="correctiveaction_waits",
            )
        ]

    def __str__(self) -> str:
        return self.what
