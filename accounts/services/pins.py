"""PINs: set with the password at hand, tried at a shared tablet, locked after five wrong ones."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.hashers import Argon2Hasher
from accounts.models import Access, Pin, User
from accounts.models.people import UserQuerySet
from accounts.models.pins import MOST_TRIES
from accounts.services.history import record_history

SHORTEST, LONGEST = 4, 8
# Whatever passwords are hashed with: so few digits are guessed fast by anything quicker.
HASHER = Argon2Hasher()


@transaction.atomic
def set_pin(*, person: User, pin: str, password: str) -> None:
    """Give oneself a PIN, or another one; it is never shown again.

    Raises ValidationError: wrong password, too short, no digits, or one digit over and over.
    """
    if not person.check_password(password):
        raise ValidationError({"password": _("This is not your password.")})
    digits = pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST
    if not digits or len(set(pin)) == 1 or pin in "0123456789":
        raise ValidationError(
            {"pin": _("Choose four to eight digits, not all the same and not 1234.")}
        )
    hashed = HASHER.encode(pin, HASHER.salt())
    Pin.objects.update_or_create(
        user=person, defaults={"hashed": hashed, "tries": 0, "set_at": timezone.now()}
    )
    record_history(subject=person, verb="set a PIN", actor=person)


def people_with_pin() -> UserQuerySet:
    """The inspectors who may take over a shared tablet."""
    able: UserQuerySet = User.objects.active().filter(
        inspector_access=Access.FULL, pin__isnull=False
    )
    return able.order_by("name", "pk")


def has_pin(person: User) -> bool:
    """Whether this person is asked for a PIN when signing."""
    return Pin.objects.filter(user=person).exists()


def try_pin(*, person: User, pin: str) -> str:
    """Empty when it is right, else why not; a wrong one is counted, and told by the history.

    Not in one transaction with what follows: a refused try stays counted.
    """
    with transaction.atomic():
        # Locked, so that tries at the same moment are counted one by one.
        row = Pin.objects.select_for_update().filter(user=person).first()
        if row is None:
            return _("You have no PIN yet. Sign in with your password and set one.")
        if row.is_locked:
            return _("This PIN is locked. Sign in with your password and set a new one.")
        if HASHER.verify(pin, row.hashed):
            Pin.objects.filter(pk=row.pk).update(tries=0)
            return ""
        Pin.objects.filter(pk=row.pk, tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
        left = MOST_TRIES - row.tries - 1
        verb = "wrong PIN" if left else "locked PIN"
        record_history(subject=person, verb=verb, actor=None)
    if not left:
        return _("Wrong, for the fifth time: the PIN is locked. Sign in with your password.")
    return _("Wrong PIN. Tries left: %(left)s.") % {"left": left}


def take_over(*, person: User) -> None:
    """The audit line of a change of user at a shared tablet."""
    record_history(subject=person, verb="changed user", actor=person)
