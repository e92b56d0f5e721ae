"""The shop, its people, their teams and roles, and the history of what they changed."""

import secrets
import zoneinfo
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

INVITATION_DAYS = 14


class Role(models.TextChoices):
    """What a person does here; a person may have several."""

    AGENT = "agent", _("Agent")
    INSPECTOR = "inspector", _("Inspector")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Admin")


class Access(models.IntegerChoices):
    """How far a role reaches for one person."""

    NONE = 0, _("No")
    READ = 1, _("Read only")
    FULL = 2, _("Yes")


def check_time_zone(value: str) -> None:
    """Refuse a name that the zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


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
    threshold = models.PositiveSmallIntegerField(default=5, editable=False)
    threshold_kind = models.CharField(
        max_length=8, choices=NumberKind, default=NumberKind.STARTING, editable=False
    )
    normal_mean = models.FloatField(null=True, editable=False)
    normal_nine_in_ten = models.PositiveSmallIntegerField(null=True, editable=False)
    # "happens by chance to fewer than 1 ordinary purchase in …"
    threshold_odds = models.PositiveIntegerField(null=True, editable=False)
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


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        """People who can sign in."""
        return self.filter(is_active=True)

    def with_role(self, *roles: Role) -> "UserQuerySet":
        """People who have at least one of the roles, read-only included."""
        wanted = Q()
        for role in roles:
            wanted |= Q(**{f"{role.value}_access__gt": Access.NONE})
        return self.filter(wanted)

    def approvers(self, *, other_than: "User") -> "UserQuerySet":
        """Active managers and admins who may approve what this person did."""
        able = Q(manager_access=Access.FULL) | Q(admin_access=Access.FULL)
        return self.active().filter(able).exclude(pk=other_than.pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").lower())
        return user


class User(AbstractBaseUser):
    """A person who works here. Unknown makers and agents from imports are inactive users."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    name_folded = models.CharField(max_length=120, editable=False, db_index=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT
    )
    agent_access = models.PositiveSmallIntegerField(_("agent"), choices=Access, default=Access.NONE)
    inspector_access = models.PositiveSmallIntegerField(
        _("inspector"), choices=Access, default=Access.NONE
    )
    manager_access = models.PositiveSmallIntegerField(
        _("manager"), choices=Access, default=Access.NONE
    )
    admin_access = models.PositiveSmallIntegerField(_("admin"), choices=Access, default=Access.NONE)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[check_time_zone]
    )
    theme = models.CharField(
        _("theme"),
        max_length=6,
        default="system",
        choices=[("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{role}_access__in": [0, 1, 2]}),
                    name=f"user_{role}_access_known",
                )
                for role in ("agent", "inspector", "manager", "admin")
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(email__isnull=False),
                name="user_active_has_email",
            ),
            models.CheckConstraint(
                condition=Q(theme__in=["system", "light", "dark"]), name="user_theme_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def access(self, role: Role) -> Access:
        """How far this role reaches for this person."""
        return Access(getattr(self, f"{role.value}_access"))

    def may(self, *roles: Role, write: bool = False) -> bool:
        """Whether the person has one of the roles; with ``write``, one that is not read-only."""
        least = Access.FULL if write else Access.READ
        return self.is_active and any(self.access(role) >= least for role in roles)

    @property
    def roles(self) -> list[Role]:
        """The roles this person has, read-only ones included."""
        return [role for role in Role if self.access(role) > Access.NONE]

    @property
    def initials(self) -> str:
        """Two letters for the round badge."""
        words = self.name.split()
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        ).upper()

    # Django's admin shows facts read-only and asks these three questions.
    @property
    def is_staff(self) -> bool:
        """Whether Django's own admin may be opened."""
        return self.may(Role.ADMIN)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Only looking, and only for admins: changes go through the product's own pages."""
        return self.may(Role.ADMIN) and ".view_" in perm

    def has_module_perms(self, app_label: str) -> bool:
        """Whether Django's admin lists this app."""
        return self.may(Role.ADMIN)


def invitation_token() -> str:
    """An unguessable word for the invitation link."""
    return secrets.token_urlsafe(32)


def invitation_end() -> datetime:
    """The moment a fresh invitation ends."""
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A link that lets one person choose a password once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=64, unique=True, default=invitation_token)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=invitation_end)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("invited_at")), name="invitation_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.invited_at:%Y-%m-%d})"


class HistoryEntry(models.Model):
    """Who changed what, from what to what, when. Append-only.

    ``subject_type`` and ``subject_id`` name the row ("purchases.customer", 12); ``changes`` is
    ``{field: [old, new]}`` with values as text.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="history_subject")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
