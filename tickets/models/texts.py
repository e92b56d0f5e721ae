from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Team, User
from tickets.models.interactions import Interaction
from tickets.models.reasons import Reason
from tickets.models.tickets import Ticket


class PersonalQuerySet(models.QuerySet[Any]):
    """Rows that are one person's own, or everybody's where ``owner`` is empty."""

    def visible_to(self, person: User) -> "PersonalQuerySet":
        """A person's own, and everybody's."""
        return self.filter(Q(owner=person) | Q(owner__isnull=True)).order_by("name", "pk")

    def editable_by(self, person: User) -> "PersonalQuerySet":
        """A person's own; for managers and admins also everybody's."""
        if person.may(Role.MANAGER, Role.ADMIN, write=True):
            return self.visible_to(person)
        return self.filter(owner=person)


class Personal(models.Model):
    """Something with a name that is one person's own, or everybody's."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=60)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_a_name"),
            models.UniqueConstraint(fields=["owner", "name"], name="%(class)s_own_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(owner__isnull=True), name="%(class)s_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CannedText(Personal):
    """Words that are used again; ``{{customer}}`` and the like are filled in (tickets.variables)."""

    text = models.TextField(_("text"), max_length=4000)

    class Meta(Personal.Meta):
        constraints = [
            *Personal.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="canned_text_has_words"),
        ]

    @property
    def words(self) -> str:
        """What a list shows of it."""
        return self.text


class Macro(Personal):
    """Several things done to a ticket by one key; all of them, or none (services.deeds).

    Its texts may carry variables, like a canned text.
    """

    class Takes(models.TextChoices):
        NOBODY = "", _("leave the owner")
        ME = "me", _("whoever uses it")
        PERSON = "person", _("this person or team")

    class Waits(models.TextChoices):
        NO = "", _("do not wait")
        CUSTOMER = "customer", _("wait on the customer")
        DAYS = "days", _("wait some days")

    reply = models.TextField(_("answer to the customer"), max_length=4000, blank=True)
    reply_channel = models.CharField(
        _("how it was answered"),
        max_length=6,
        choices=Interaction.Channel,
        default=Interaction.Channel.EMAIL,
    )
    note = models.TextField(_("internal note"), max_length=4000, blank=True)
    takes = models.CharField(_("owner"), max_length=6, choices=Takes, blank=True, default="")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT
    )
    hand_off_note = models.CharField(_("what the next one must know"), max_length=1000, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Ticket.Priority, null=True, blank=True
    )
    waits = models.CharField(_("waiting"), max_length=8, choices=Waits, blank=True, default="")
    wait_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    resolves = models.BooleanField(_("resolve"), default=False)
    reason = models.ForeignKey(
        Reason, verbose_name=_("reason"), null=True, blank=True, on_delete=models.PROTECT
    )
    resolution = models.TextField(_("what was done"), max_length=4000, blank=True)

    class Meta(Personal.Meta):
        constraints = [
            *Personal.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(reply="", note="", takes="", priority__isnull=True, waits="")
                | Q(resolves=True),
                name="macro_does_something",
            ),
            models.CheckConstraint(
                condition=Q(resolves=False) | (Q(waits="") & ~Q(resolution="")),
                name="macro_resolves_with_words",
            ),
            models.CheckConstraint(
                condition=Q(
                    waits="days", wait_days__isnull=False, wait_days__gte=1, wait_days__lte=365
                )
                | (Q(waits__in=["", "customer"]) & Q(wait_days__isnull=True)),
                name="macro_waits_so_many_days",
            ),
            models.CheckConstraint(
                condition=Q(takes="person") & (Q(person__isnull=False) | Q(team__isnull=False))
                | Q(takes__in=["", "me"], person__isnull=True, team__isnull=True),
                name="macro_takes_somebody",
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__in=[1, 2, 3]),
                name="macro_priority_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    reply_channel__in=[
                        *("phone", "email", "chat", "visit", "web", "social", "post", "other")
                    ]
                ),
                name="macro_channel_known",
            ),
        ]

    @property
    def words(self) -> str:
        """What a list shows of it: what is answered, noted or done."""
        return self.reply or self.note or self.resolution
