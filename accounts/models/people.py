import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.shop import check_time_zone

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


class AfterSaving(models.TextChoices):
    """Where a person goes once a ticket that was opened from the queue is saved."""

    STAY = "stay", _("Stay on the ticket")
    NEXT = "next", _("Open the next one of the view")
    BACK = "back", _("Go back to the view")


class TeamQuerySet(models.QuerySet["Team"]):
    def in_use(self) -> "TeamQuerySet":
        """Not retired: what a person may join today."""
        return self.filter(retired_at__isnull=True)

    def for_list(self) -> "TeamQuerySet":
        """With ``size``, how many of its people can sign in; teams in use first."""
        size = models.Count("user", filter=Q(user__is_active=True))
        return self.annotate(size=size).order_by(
            models.F("retired_at").asc(nulls_first=True), "name"
        )


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TeamQuerySet.as_manager()

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

    def workers(self) -> "UserQuerySet":
        """Who may work on tickets: agents and managers who can sign in and are not read-only."""
        able = Q(agent_access=Access.FULL) | Q(manager_access=Access.FULL)
        return self.active().filter(able)

    def full_admins(self) -> "UserQuerySet":
        """Who may change people and settings; a shop keeps at least one of them."""
        return self.active().filter(admin_access=Access.FULL)

    def at_work(self) -> "UserQuerySet":
        """People who can sign in or are invited to."""
        return self.filter(Q(is_active=True) | Exists(self._open_invitations()))

    def named(self, folded: str) -> "UserQuerySet":
        """People with these folded letters in their name or address."""
        return self.filter(Q(name_folded__contains=folded) | Q(email__contains=folded))

    def for_list(self) -> "UserQuerySet":
        """With the team, and ``is_invited``: whether an invitation waits to be taken."""
        return self.select_related("team").annotate(is_invited=Exists(self._open_invitations()))

    def _open_invitations(self) -> "InvitationQuerySet":
        """Invitations of the row's person that still work."""
        return Invitation.objects.open().filter(user=OuterRef("pk"))

    def able_to_answer(self, asker: "User") -> "UserQuerySet":
        """Managers whom this person may ask for help."""
        able = self.active().filter(manager_access=Access.FULL)
        return able.exclude(pk=asker.pk).order_by("name")

    def deciders(self) -> "UserQuerySet":
        """Active managers and admins: each may approve what another person did."""
        able = Q(manager_access=Access.FULL) | Q(admin_access=Access.FULL)
        return self.active().filter(able)

    def approvers(self, *, other_than: "User") -> "UserQuerySet":
        """Active managers and admins who may approve what this person did."""
        return self.deciders().exclude(pk=other_than.pk)


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
    # How a person is told, by group of notices (notices.groups); absent: the usual way.
    notice_ways = models.JSONField(default=dict, blank=True, editable=False)
    # Comma-separated keys of the columns of the queue; "" are the usual ones.
    queue_columns = models.CharField(max_length=200, blank=True, editable=False)
    after_saving = models.CharField(
        _("after saving a ticket"), max_length=4, choices=AfterSaving, default=AfterSaving.STAY
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

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
            # Signing in folds the address; two that differ by case would be one person twice.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=Q(theme__in=["system", "light", "dark"]), name="user_theme_known"
            ),
            models.CheckConstraint(
                condition=Q(after_saving__in=["stay", "next", "back"]),
                name="user_after_saving_known",
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
    def role_words(self) -> list[str]:
        """The roles in words, saying which are read-only."""
        told = _("%(role)s (read only)")
        return [
            str(told) % {"role": role.label}
            if self.access(role) == Access.READ
            else str(role.label)
            for role in self.roles
        ]

    @property
    def first_word(self) -> str:
        """The name as colleagues say it, where there is little room."""
        return self.name.split(maxsplit=1)[0] if self.name.strip() else ""

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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither used nor withdrawn, whether or not its time has run out."""
        return self.filter(used_at__isnull=True, withdrawn_at__isnull=True)

    def open(self) -> "InvitationQuerySet":
        """Those whose link works now."""
        return self.unanswered().filter(ends_at__gt=timezone.now())


class Invitation(models.Model):
    """A link that lets one person choose a password once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=64, unique=True, default=invitation_token)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=invitation_end)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_unanswered",
            ),
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
