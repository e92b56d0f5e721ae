from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from purchases.models import Lot


class KnownBadQuerySet(models.QuerySet["KnownBad"]):
    def in_the_queue(self) -> "KnownBadQuerySet":
        """Units that nobody has taken out yet."""
        return self.filter(taken_out_at__isnull=True)


class KnownBad(models.Model):
    """A unit of which a lead knows what is wrong, put among the others to see whether it is found.

    Its lot counts in no figure of production and is never released. ``wrong``: the names of the
    plan's characteristics that it fails, one a line.
    """

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="known_bad")
    wrong = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField(default=timezone.now)
    taken_out_at = models.DateTimeField(null=True)

    objects = KnownBadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(wrong=""), name="knownbad_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True) | Q(taken_out_at__gte=models.F("put_at")),
                name="knownbad_taken_out_after_put",
            ),
        ]

    def __str__(self) -> str:
        return f"known bad: lot {self.lot_id}"

    @property
    def names(self) -> list[str]:
        """The characteristics that are wrong."""
        return self.wrong.splitlines()
