from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from purchases.models import Customer, Purchase
from tickets.models.tickets import Ticket


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def open(self) -> "HelpRequestQuerySet":
        """Questions nobody has answered yet."""
        return self.filter(answered_at__isnull=True)

    def answered(self) -> "HelpRequestQuerySet":
        """Questions with their answers."""
        return self.filter(answered_at__isnull=False)

    def seen_by(self, person: User) -> "HelpRequestQuerySet":
        """A manager sees all of them, everybody else what they asked."""
        is_manager = person.manager_access > 0
        return self.all() if is_manager else self.filter(asked_by=person)

    def for_list(self) -> "HelpRequestQuerySet":
        """With everything a row shows."""
        return self.select_related(
            "asked_by",
            "asked_of",
            "answered_by",
            "ticket__customer",
            "ticket__purchase",
            "purchase__customer",
        )


class HelpRequest(models.Model):
    """A question to a manager past the queue, with a deadline and the answer on record.

    It is about a ticket, or about a ``purchase`` that has none. It is help and no hand-off: the ticket keeps its owner. ``asked_of`` None: any manager.
    """

    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="help_requests"
    )
    purchase = models.ForeignKey(
        Purchase, null=True, on_delete=models.PROTECT, related_name="help_requests"
    )
    question = models.TextField(_("what you need"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="help_asked"
    )
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="help_wanted"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("answered by when"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="help_given"
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    # When everybody concerned was told that its deadline has passed.
    told_overdue_at = models.DateTimeField(null=True, editable=False)
    form_key = models.CharField(max_length=36, null=True, editable=False)

    objects = HelpRequestQuerySet.as_manager()

    # Set by ask_for_help on a question that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="help_asks_something"),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, purchase__isnull=True)
                | Q(ticket__isnull=True, purchase__isnull=False),
                name="help_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="help_due_after_asked"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="help_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="help_answered_by_another",
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="help_once_per_form",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(answered_at__isnull=True), name="help_open"
            ),
            models.Index(fields=["-answered_at", "-id"], name="help_answered"),
        ]

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def about(self) -> Purchase | None:
        """The purchase it is about, if one is known."""
        return self.purchase if self.ticket is None else self.ticket.purchase

    @property
    def customer(self) -> Customer | None:
        """Whom it is about, if that is known."""
        if self.ticket is not None:
            return self.ticket.customer
        return self.purchase.customer if self.purchase else None

    @property
    def is_overdue(self) -> bool:
        """Not answered, and its deadline has passed."""
        return self.answered_at is None and self.due_at <= timezone.now()
