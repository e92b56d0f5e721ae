from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """What was wrong behind a contact; "none" is a wish, a compliment or a new order."""

    GOODS = "goods", _("Goods")
    DELIVERY = "delivery", _("Delivery")
    INFORMATION = "information", _("Information")
    PROMISE = "promise", _("Promise")
    PROCEDURE = "procedure", _("Procedure")
    NONE = "none", _("No fault")
    UNCLASSIFIED = "unclassified", _("Unclassified")


FAULT_VALUES = [fault.value for fault in Fault]


class ReasonQuerySet(models.QuerySet["Reason"]):
    def groups(self) -> "ReasonQuerySet":
        """The upper level, in the admin's order."""
        return self.filter(parent__isnull=True).order_by("position", "pk")

    def leaves(self) -> "ReasonQuerySet":
        """What an interaction may carry, in the admin's order."""
        return (
            self.filter(parent__isnull=False)
            .select_related("parent")
            .order_by("parent__position", "parent_id", "position", "pk")
        )

    def tree(self) -> "list[Reason]":
        """All groups, retired ones included, each with ``branch``: its leaves and their owners."""
        groups = list(self.groups())
        branches: dict[int | None, list[Reason]] = {}
        for leaf in self.leaves().select_related("parent", "owner"):
            branches.setdefault(leaf.parent_id, []).append(leaf)
        for group in groups:
            group.branch = branches.get(group.pk, [])
        return groups

    def in_use(self) -> "ReasonQuerySet":
        """Not retired: what a person may choose today."""
        return self.filter(retired_at__isnull=True)


class Reason(models.Model):
    """Why they had to contact us: a two-level tree. A leaf names a fault and says whether it counts."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="leaves"
    )
    name = models.CharField(_("name"), max_length=120)
    fault = models.CharField(_("fault"), max_length=12, choices=Fault, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    counts = models.BooleanField(_("counts as an interaction"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Whether a procedure in force names it: kept by the room above, so that a ticket's page knows
    # without asking.
    has_procedure = models.BooleanField(default=False, db_default=False, editable=False)

    # The leaves of a group, where ``tree()`` made it.
    branch: "list[Reason]"

    objects = ReasonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True, fault="")
                | Q(parent__isnull=False, fault__in=FAULT_VALUES),
                name="reason_leaf_names_fault",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                name="reason_not_its_own_parent",
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="reason_name_once_in_group"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="reason_group_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
