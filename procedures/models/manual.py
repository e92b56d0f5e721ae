from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from purchases.models import Product
from tickets.models import Reason


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def in_use(self) -> "ProcedureQuerySet":
        """Not retired."""
        return self.filter(retired_at__isnull=True)

    def in_force(self) -> "ProcedureQuerySet":
        """In use and published: what is followed today."""
        return self.in_use().filter(versions__state="published")

    def matching(self, *, reason: Reason | None, product: Product | None) -> "ProcedureQuerySet":
        """In force, and said to apply: to the reason or its group, and to the product or its
        category where it names some. What names neither is started by hand only.
        """
        reasons = [] if reason is None else [reason.pk, reason.parent_id]
        of_reason = Procedure.objects.filter(reasons__in=[key for key in reasons if key])
        any_reason = Q(reasons__isnull=True)
        fits_reason = any_reason | Q(pk__in=of_reason.values("pk"))
        any_product = Q(products__isnull=True, categories=[])
        fits_product = any_product
        if product is not None:
            fits_product |= Q(pk__in=Procedure.objects.filter(products=product).values("pk"))
            if product.category:
                fits_product |= Q(pk__in=self._of_category(product.category))
        found = self.in_force().filter(fits_reason).filter(fits_product)
        return found.exclude(any_reason & any_product).distinct()

    def _of_category(self, category: str) -> list[int]:
        """Keys of those that name this category; few, and read alike on both engines."""
        rows = Procedure.objects.in_use().exclude(categories=[]).values_list("pk", "categories")
        return [pk for pk, names in rows if category in names]

    def with_version(self, state: str) -> "ProcedureQuerySet":
        """Those that have a version in this state."""
        return self.filter(pk__in=Procedure.objects.filter(versions__state=state).values("pk"))

    def containing(self, words: list[str]) -> "ProcedureQuerySet":
        """Those whose title, purpose or steps have all of the folded words, each as it begins."""
        found = self
        for word in words:
            found = found.filter(words__contains=f" {word}")
        return found

    def for_list(self) -> "ProcedureQuerySet":
        """With the owner, the version in force (key, number, moment) and the key of the draft."""
        published, draft = Q(versions__state="published"), Q(versions__state="draft")
        return self.select_related("owner").annotate(
            published_key=Max("versions__pk", filter=published),
            published_number=Max("versions__number", filter=published),
            published_moment=Max("versions__published_at", filter=published),
            draft_key=Max("versions__pk", filter=draft),
        )


class Procedure(models.Model):
    """How we do a thing. What it says stands in its versions; where it applies stands here.

    ``key`` names it in files and never changes. Of ``reasons`` a group stands for all its leaves.
    ``categories`` are names of products' categories, ``roles`` values of accounts.models.Role;
    an empty list leaves that side open. ``words`` are the folded words of title, purpose and the
    version in force (the draft while there is none), each with a blank before it.
    """

    key = models.SlugField(max_length=80, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120, unique=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    reasons = models.ManyToManyField(
        Reason, verbose_name=_("reasons"), blank=True, related_name="procedures"
    )
    products = models.ManyToManyField(
        Product, verbose_name=_("products"), blank=True, related_name="procedures"
    )
    categories = models.JSONField(_("categories"), default=list, blank=True)
    roles = models.JSONField(_("roles"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="procedures_owned",
    )
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    # The owner was told that this day has come.
    review_told_on = models.DateField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    words = models.TextField(blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    form_key = models.CharField(max_length=36, null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="procedure_has_a_title"),
            models.CheckConstraint(condition=~Q(key=""), name="procedure_has_a_key"),
            models.CheckConstraint(
                condition=Q(review_told_on__isnull=True)
                | Q(review_on__isnull=False, review_told_on=F("review_on")),
                name="procedure_told_of_its_review",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="procedure_once_per_form",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_due(self, today: date) -> bool:
        """Whether somebody should look at it again."""
        return self.review_on is not None and self.review_on <= today


class Picture(models.Model):
    """A picture that the text of any version of the procedure may show, as ``picture:<key>``.

    Kept for good: a version that was published shows it for ever. ``preview`` was made by us from
    the pixels and is what is served.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="pictures")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    preview = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"picture:{self.pk}"
