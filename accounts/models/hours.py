from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Team
from accounts.models.shop import check_time_zone


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Hours(models.Model):
    """When a desk is open: a team's, or with no team the shop's, which all others go by."""

    team = models.OneToOneField(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="hours"
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[check_time_zone]
    )
    # Whose national holidays close the desk; empty: it is open on all of them.
    country = models.CharField(_("holidays of"), max_length=2, blank=True)
    subdivision = models.CharField(_("part of the country"), max_length=40, blank=True)
    # A team without hours of its own again keeps the row, for its history.
    in_use = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("working hours")
        constraints = [
            models.UniqueConstraint(
                fields=["in_use"], condition=Q(team__isnull=True), name="hours_one_for_the_shop"
            ),
            models.CheckConstraint(
                condition=Q(in_use=True) | Q(team__isnull=False), name="hours_of_the_shop_in_use"
            ),
            models.CheckConstraint(
                condition=Q(subdivision="") | ~Q(country=""), name="hours_part_of_a_country"
            ),
        ]

    def __str__(self) -> str:
        return str(self.team) if self.team else str(_("The shop"))


class OpenSpan(models.Model):
    """Open from ``opens`` to ``closes``, in minutes after midnight; past 24 h: the next day."""

    hours = models.ForeignKey(Hours, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="span_weekday_known"),
            models.CheckConstraint(condition=Q(opens__lt=24 * 60), name="span_opens_on_its_day"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) & Q(closes__lte=F("opens") + 24 * 60),
                name="span_closes_within_a_day",
            ),
            models.UniqueConstraint(fields=["hours", "weekday", "opens"], name="span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class ClosedDays(models.Model):
    """Days on which the desk stays closed besides the holidays, the last one included."""

    hours = models.ForeignKey(Hours, on_delete=models.CASCADE, related_name="closed")
    first_day = models.DateField()
    last_day = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closed_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="closed_days_have_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.name}"
