from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import HistoryLine
from purchases.models import Purchase
from thresholds.models.threshold import ThresholdRevision
from tickets.models import Fault

UNFINISHED = ["open", "acknowledged"]


class FlagQuerySet(models.QuerySet["Flag"]):
    def unfinished(self) -> "FlagQuerySet":
        """Flags somebody still has to answer for."""
        return self.filter(state__in=UNFINISHED)

    def for_list(self) -> "FlagQuerySet":
        """With what a row of the managers' queue shows."""
        return self.select_related("purchase__customer", "owner")

    def for_page(self) -> "FlagQuerySet":
        """With what the page of one flag shows."""
        return self.select_related(
            "purchase__customer", "owner", "closed_by", "revision", "again_after", "raised_again"
        ).defer("revision__maturity")

    def counts(self) -> dict[str, int]:
        """How many are open, acknowledged, and newly over the line."""
        return self.aggregate(
            open=models.Count("pk", filter=Q(state=Flag.State.OPEN)),
            acknowledged=models.Count("pk", filter=Q(state=Flag.State.ACKNOWLEDGED)),
            newly=models.Count("pk", filter=Q(newly_over_the_line=True, state=Flag.State.OPEN)),
        )


class Flag(models.Model):
    """A purchase at or over the threshold: raised, owned, given a cause and an action, closed.

    At most one unfinished flag a purchase. After closing, a new one is raised only when net
    exceeds ``net_when_closed``.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        CLOSED = "closed", _("Closed")
        DISMISSED = "dismissed", _("Dismissed")
        MOVED = "moved", _("Moved away")

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="flags")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    threshold = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(
        ThresholdRevision, null=True, on_delete=models.PROTECT, related_name="flags"
    )
    net_when_raised = models.PositiveIntegerField()
    net_when_closed = models.PositiveIntegerField(_("counted when closed"), null=True)
    # The flag before it on the same purchase: "again after …".
    again_after = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="raised_again"
    )
    # Raised because the number came down, not because a contact came in.
    newly_over_the_line = models.BooleanField(default=False)
    raised_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="flags_owned",
    )
    cause_fault = models.CharField(_("fault"), max_length=12, choices=Fault, blank=True)
    cause_text = models.TextField(_("cause"), blank=True)
    action_text = models.TextField(_("action"), blank=True)
    action_due = models.DateField(_("action due"), null=True, blank=True)
    close_note = models.TextField(_("why it is closed"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    # What must be filled in before it can be closed, by the name on the screen.
    NEEDED_TO_CLOSE = {
        "owner_id": _("owner"),
        "cause_fault": _("fault"),
        "cause_text": _("cause"),
        "action_text": _("action"),
    }
    # Fields whose change the event's own moment already tells.
    MOMENTS = frozenset({"acknowledged_at", "closed_at", "closed_by"})

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "acknowledged", "closed", "dismissed", "moved"]),
                name="flag_state_known",
            ),
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(state__in=UNFINISHED),
                name="flag_one_unfinished_per_purchase",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, closed_at__isnull=True)
                | Q(
                    state__in=["closed", "dismissed", "moved"],
                    closed_at__isnull=False,
                    net_when_closed__isnull=False,
                ),
                name="flag_finished_has_moment_and_net",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | Q(owner__isnull=False, acknowledged_at__isnull=False),
                name="flag_acknowledged_has_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | (
                    ~Q(cause_fault="")
                    & ~Q(cause_text="")
                    & ~Q(action_text="")
                    & Q(owner__isnull=False)
                ),
                name="flag_closed_is_explained",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(close_note=""),
                name="flag_dismissed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(cause_fault__in=["", *[fault.value for fault in Fault]]),
                name="flag_cause_fault_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["raised_at", "id"],
                condition=Q(state__in=UNFINISHED),
                name="flag_unfinished",
            ),
            models.Index(fields=["purchase", "-raised_at"], name="flag_by_purchase"),
            models.Index(fields=["-closed_at", "-id"], name="flag_newest_closed"),
        ]

    def __str__(self) -> str:
        return f"flag on {self.purchase_id}"

    @property
    def is_unfinished(self) -> bool:
        """Whether somebody still has to answer for it."""
        return self.state in UNFINISHED


class FlagEvent(models.Model):
    """The history of a flag. Append-only; actor null means the evaluator."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        EXPLAINED = "explained", _("Explained")
        CLOSED = "closed", _("Closed")
        DISMISSED = "dismissed", _("Dismissed")
        MOVED = "moved", _("Moved away")

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "raised",
                        "acknowledged",
                        "explained",
                        "closed",
                        "dismissed",
                        "moved",
                    ]
                ),
                name="flag_event_kind_known",
            )
        ]
        indexes = [models.Index(fields=["flag", "at"], name="flag_event_by_flag")]

    def __str__(self) -> str:
        return f"{self.kind} {self.flag_id}"

    @property
    def lines(self) -> list[HistoryLine]:
        """The changed fields by their names on the screen, coded values as words."""
        return [_line(name, old or "", new or "") for name, (old, new) in self.changes.items()]


# What events tell that is no column of the flag.
_MORE_LABELS = {"net": _("counted contacts"), "threshold": _("number")}


def _line(name: str, old: str, new: str) -> HistoryLine:
    if name in _MORE_LABELS:
        return HistoryLine(capfirst(str(_MORE_LABELS[name])), old, new)
    field = Flag._meta.get_field(name)
    words = {str(key): word for key, word in getattr(field, "flatchoices", ())}
    label = capfirst(str(getattr(field, "verbose_name", name)))
    return HistoryLine(label, words.get(old, old), words.get(new, new))
