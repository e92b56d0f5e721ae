import uuid
import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def check_time_zone(value: str) -> None:
    """Refuse a name that the zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


def new_mark() -> str:
    """A word that was never used before."""
    return uuid.uuid4().hex


class Shop(models.Model):
    """The one shop of this installation: where it is, how it counts and the number in force.

    The number in force is written by the thresholds app through
    ``accounts.services.publish_number``; it stands here because every tally on every page
    needs it.
    """

    class NumberKind(models.TextChoices):
        STARTING = "starting", _("starting number, not yet learned")
        EARLY = "early", _("early estimate")
        LEARNED = "learned", _("learned")
        PINNED = "pinned", _("pinned by a manager")

    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, default="BE")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Brussels", validators=[check_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    transit_days = models.PositiveSmallIntegerField(
        _("usual transit time, in days"), default=3, validators=[MaxValueValidator(365)]
    )
    window_days = models.PositiveSmallIntegerField(
        _("window W, in days"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(3650)],
    )
    merge_hours = models.PositiveSmallIntegerField(
        _("merge contacts closer than, in hours"), default=12, validators=[MaxValueValidator(168)]
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("a resolved ticket closes by itself after, in days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    threshold = models.PositiveSmallIntegerField(default=5, editable=False)
    threshold_kind = models.CharField(
        max_length=8, choices=NumberKind, default=NumberKind.STARTING, editable=False
    )
    normal_mean = models.FloatField(null=True, editable=False)
    normal_nine_in_ten = models.PositiveSmallIntegerField(null=True, editable=False)
    # "happens by chance to fewer than 1 ordinary purchase in …"
    threshold_odds = models.PositiveIntegerField(null=True, editable=False)
    # Set while purchases still carry clocks and counters made with earlier settings; whoever has
    # made them again clears it (accounts.services.settle_counting).
    counting_changed_at = models.DateTimeField(null=True, editable=False)
    # Another word whenever working hours or deadlines change: what was reckoned with the earlier
    # ones is known by it (accounts.services.note_hours_changed, settle_hours).
    hours_mark = models.CharField(max_length=32, default=new_mark, editable=False)
    hours_settled = models.CharField(max_length=32, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="shop_is_one"),
            models.CheckConstraint(
                condition=Q(window_days__gte=7) & Q(window_days__lte=3650),
                name="shop_window_in_range",
            ),
            models.CheckConstraint(condition=Q(merge_hours__lte=168), name="shop_merge_in_range"),
            models.CheckConstraint(
                condition=Q(transit_days__lte=365), name="shop_transit_in_range"
            ),
            models.CheckConstraint(
                condition=Q(closes_after_days__gte=1) & Q(closes_after_days__lte=365),
                name="shop_closes_after_in_range",
            ),
            models.CheckConstraint(condition=Q(threshold__gte=1), name="shop_threshold_positive"),
            models.CheckConstraint(
                condition=Q(threshold_kind__in=["starting", "early", "learned", "pinned"]),
                name="shop_threshold_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The shop's time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)
