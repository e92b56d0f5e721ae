from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

# ``Ticket.open_deadline`` for the database, which has an index over it: nobody has to keep it.
OPEN_DEADLINE = Case(
    When(resolved_at__isnull=False, then=None),
    When(first_responded_at__isnull=False, then=F("resolve_due_at")),
    # The least of one that is missing is nothing on SQLite.
    default=Coalesce(
        Least("response_due_at", "resolve_due_at"), "response_due_at", "resolve_due_at"
    ),
    output_field=models.DateTimeField(null=True),
)


class TicketClock(models.Model):
    """What a ticket keeps of its deadlines, written by tickets.services.deadlines alone.

    ``clock_at`` is the moment up to which ``clock_used`` seconds of working time have been used:
    since then the clock runs or, waiting on the customer or finished, stands. It may lie ahead
    where the ticket waits until a day. None: it never ran (imported).
    """

    # Facts: when the customer first heard from us, and when they should have.
    first_responded_at = models.DateTimeField(null=True, editable=False)
    response_due_at = models.DateTimeField(null=True, editable=False)
    resolve_due_at = models.DateTimeField(null=True, editable=False)
    clock_at = models.DateTimeField(null=True, editable=False)
    clock_used = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # How far each deadline's passing was told: 0 nobody, 1 the owner, 2 the managers as well.
    response_told = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    resolve_told = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # When somebody has to be told next.
    alarm_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


class Target(models.Model):
    """How soon a ticket of this priority is answered and resolved, in minutes of working time.

    Null: no target. A priority without a row has neither.
    """

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, unique=True)
    response_minutes = models.PositiveIntegerField(_("first answer within"), null=True, blank=True)
    resolve_minutes = models.PositiveIntegerField(_("resolved within"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-priority"]
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__in=[1, 2, 3]), name="target_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(response_minutes__isnull=True) | Q(response_minutes__gt=0),
                name="target_response_positive",
            ),
            models.CheckConstraint(
                condition=Q(resolve_minutes__isnull=True) | Q(resolve_minutes__gt=0),
                name="target_resolve_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_priority_display())
