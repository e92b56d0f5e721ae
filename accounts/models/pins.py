from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# So many wrong ones in a row lock a PIN until its owner sets another one.
MOST_TRIES = 5


class Pin(models.Model):
    """A short number for a fast change of user at a shared tablet. It opens the bench only.

    ``tries`` wrong ones in a row; at five it is locked and its owner, signed in by password, sets
    a new one.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    hashed = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="pin_tries_end"),
            models.CheckConstraint(condition=Q(hashed__startswith="argon2$"), name="pin_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"

    @property
    def is_locked(self) -> bool:
        """Whether too many wrong ones were tried."""
        return self.tries >= MOST_TRIES
