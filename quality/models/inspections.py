from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from files.models import StoredFile
from purchases.models import Lot, Product
from quality.models.knownbad import KnownBad
from quality.models.plans import Characteristic, Plan


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def signed(self) -> "InspectionQuerySet":
        """Finished and frozen inspections."""
        return self.filter(signed_at__isnull=False)

    def half_done(self) -> "InspectionQuerySet":
        """Opened and not yet signed."""
        return self.filter(signed_at__isnull=True, withdrawn_at__isnull=True)

    def in_force(self) -> "InspectionQuerySet":
        """Signed and not replaced by a signed correction: what figures and lots go by."""
        replaced = Inspection.objects.filter(
            corrects=models.OuterRef("pk"), corrects__isnull=False, signed_at__isnull=False
        )
        return self.signed().exclude(models.Exists(replaced))

    def of_production(self) -> "InspectionQuerySet":
        """Without those of known-bad units, which say something of the inspection only."""
        known = KnownBad.objects.filter(lot=models.OuterRef("lot"))
        return self.exclude(models.Exists(known))

    def disclosed(self) -> "InspectionQuerySet":
        """Without those whose second person has not signed yet: nobody may know what they found."""
        return self.exclude(pair=Inspection.Pair.OWED)

    def for_figures(self) -> "InspectionQuerySet":
        """What every figure of production counts: in force, disclosed, of no known-bad unit."""
        return self.in_force().disclosed().of_production()

    def pair_open(self) -> "InspectionQuerySet":
        """Firsts in force that wait for a second or a third person."""
        return self.in_force().filter(pair__in=[Inspection.Pair.OWED, Inspection.Pair.DISPUTED])

    def visible_to(self, person: User) -> "InspectionQuerySet":
        """All finished and disclosed ones and the person's own; managers see every one."""
        if person.may(Role.MANAGER):
            return self
        finished = Q(signed_at__isnull=False) & ~Q(pair=Inspection.Pair.OWED)
        return self.filter(finished | Q(inspector=person))

    def for_tiles(self) -> "InspectionQuerySet":
        """With what a tile of the bench shows, and nothing else."""
        shown = ("lot__number", "lot__product__name", "inspector__name")
        own = ("stage", "round", "opened_at", "signed_at", "verdict", "pair", "asked")
        return self.select_related("lot__product", "inspector").only(*own, *shown)

    def for_list(self) -> "InspectionQuerySet":
        """With the people, lot, product and plan, for rows of a list."""
        return self.select_related("lot__product", "inspector", "maker", "plan")


class Inspection(models.Model):
    """A check of a lot against a plan by someone who did not make it; signed, then frozen.

    ``maker`` and ``first_inspector`` are copies, so that the database itself refuses a check by
    the maker, a second person who is the first, and a third who is any of them.
    """

    class Stage(models.TextChoices):
        FIRST = "first", _("First inspection")
        SECOND = "second", _("Second inspection")
        THIRD = "third", _("Third, deciding inspection")
        RE_INSPECTION = "re_inspection", _("Re-inspection")

    class Verdict(models.TextChoices):
        PASS = "pass", _("Conforms")
        FAIL = "fail", _("Does not conform")

    class Pair(models.TextChoices):
        """Of the one who opened a round: whether a second person is to look without knowing."""

        NONE = "none", _("No second person")
        OWED = "owed", _("Second person owed")
        DISPUTED = "disputed", _("Third person owed")
        SETTLED = "settled", _("Settled")

    external_id = models.CharField(max_length=160, unique=True, null=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="inspections")
    # A copy of the lot's, so that years of a product are read from one index; never changes.
    product = models.ForeignKey(
        Product,
        null=True,
        on_delete=models.PROTECT,
        related_name="inspections",
        db_index=False,
        editable=False,
    )
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="inspections")
    stage = models.CharField(max_length=13, choices=Stage, default=Stage.FIRST)
    round = models.PositiveSmallIntegerField(default=1)
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inspections"
    )
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The first inspection this one is the second (or third) pair of eyes for.
    first = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="seconds")
    first_inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    pair = models.CharField(max_length=8, choices=Pair, default=Pair.NONE, editable=False)
    # Who is asked to be the second person, so that pairs mix; anybody else may step in.
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # How many of the lot this one speaks for; NULL: all that is left.
    covers = models.PositiveIntegerField(null=True)
    # How many units are looked at; 1 for the lot as a whole.
    units = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=4, choices=Verdict, null=True)
    note = models.TextField(_("note"), blank=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["first", "second", "third", "re_inspection"]),
                name="inspection_stage_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True) | Q(verdict__in=["pass", "fail"]),
                name="inspection_verdict_known",
            ),
            models.CheckConstraint(
                condition=Q(maker__isnull=True) | ~Q(inspector=F("maker")),
                name="inspection_not_by_the_maker",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["second", "third"])
                | (
                    Q(first__isnull=False, first_inspector__isnull=False)
                    & ~Q(inspector=F("first_inspector"))
                ),
                name="inspection_second_is_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(stage="third")
                | (
                    Q(second_inspector__isnull=False)
                    & ~Q(inspector=F("second_inspector"))
                    & ~Q(first_inspector=F("second_inspector"))
                ),
                name="inspection_third_is_another_person",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, verdict__isnull=True)
                | Q(signed_at__isnull=False, verdict__isnull=False, maker__isnull=False),
                name="inspection_signed_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_at__gte=F("opened_at")),
                name="inspection_signed_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(signed_at__isnull=True),
                name="inspection_signed_not_withdrawn",
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="inspection_round_positive"),
            models.CheckConstraint(
                condition=Q(pair__in=["none", "owed", "disputed", "settled"]),
                name="inspection_pair_known",
            ),
            models.CheckConstraint(
                condition=Q(pair="none")
                | Q(stage__in=["first", "re_inspection"], signed_at__isnull=False),
                name="inspection_pair_of_a_signed_first",
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=True)
                | (
                    ~Q(pair="none")
                    & ~Q(asked=F("inspector"))
                    & (Q(maker__isnull=True) | ~Q(asked=F("maker")))
                ),
                name="inspection_asked_is_another_person",
            ),
            models.CheckConstraint(
                condition=Q(covers__isnull=True) | Q(covers__gte=1),
                name="inspection_covers_something",
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="inspection_units_positive"),
            models.CheckConstraint(
                condition=Q(
                    stage__in=["first", "re_inspection"],
                    first__isnull=True,
                    first_inspector__isnull=True,
                    second_inspector__isnull=True,
                )
                | Q(stage="second", first__isnull=False, second_inspector__isnull=True)
                | Q(stage="third", first__isnull=False, second_inspector__isnull=False),
                name="inspection_pair_fits_stage",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | Q(external_id__isnull=False),
                name="inspection_has_plan_unless_imported",
            ),
            models.CheckConstraint(
                condition=Q(external_id__isnull=True) | ~Q(external_id=""),
                name="inspection_external_id_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("opened_at")),
                name="inspection_withdrawn_after_opening",
            ),
            models.UniqueConstraint(
                fields=["first"],
                condition=Q(stage="third", withdrawn_at__isnull=True, corrects__isnull=True),
                name="inspection_one_third",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False, withdrawn_at__isnull=True),
                name="inspection_corrected_once",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("pk")),
                name="inspection_not_its_own_correction",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "round", "opened_at"], name="inspection_by_lot"),
            models.Index(
                fields=["-signed_at", "-id"],
                condition=Q(signed_at__isnull=False),
                name="inspection_newest",
            ),
            models.Index(
                fields=["product", "signed_at"],
                include=["id", "lot", "plan", "stage", "round", "verdict", "pair", "opened_at"],
                condition=Q(signed_at__isnull=False),
                name="inspection_of_product",
            ),
            models.Index(
                fields=["corrects"],
                condition=Q(corrects__isnull=False, signed_at__isnull=False),
                name="inspection_replaces",
            ),
            models.Index(
                fields=["inspector", "opened_at"],
                condition=Q(signed_at__isnull=True),
                name="inspection_half_done",
            ),
            models.Index(
                fields=["inspector", "-signed_at"],
                condition=Q(signed_at__isnull=False),
                name="inspection_signed_by",
            ),
            models.Index(
                fields=["pair", "signed_at"],
                condition=Q(pair__in=["owed", "disputed"]),
                name="inspection_pair_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of lot {self.lot_id}"


class Result(models.Model):
    """What was found for one characteristic of one unit (``sample`` 1, 2, …). ``typed`` and ``unit`` stay as entered; ``value`` is
    in the characteristic's unit, of at most 15 digits. Judged in Python, never in SQL (SQLite keeps
    Decimal as REAL); room for 12 decimals, so that ounces and pounds fit in grams unrounded."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="results")
    characteristic = models.ForeignKey(
        Characteristic, on_delete=models.PROTECT, related_name="results"
    )
    sample = models.PositiveIntegerField(default=1)
    typed = models.CharField(max_length=300)
    unit = models.CharField(max_length=12, blank=True)
    value = models.DecimalField(max_digits=27, decimal_places=12, null=True)
    conforms = models.BooleanField()
    fault = models.CharField(_("what is wrong"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "characteristic", "sample"],
                name="result_once_per_characteristic",
            ),
            models.CheckConstraint(condition=~Q(typed=""), name="result_typed_not_empty"),
            models.CheckConstraint(condition=Q(sample__gte=1), name="result_sample_positive"),
        ]
        indexes = [
            models.Index(fields=["inspection"], condition=Q(conforms=False), name="result_out")
        ]

    def __str__(self) -> str:
        return f"{self.typed} {self.unit}"
