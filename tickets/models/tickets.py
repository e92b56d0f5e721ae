from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from purchases.models import Customer, Product, Purchase
from tickets.models.deadlines import OPEN_DEADLINE, TicketClock
from tickets.models.reasons import Reason

PURCHASE_COUNTS = ("net_interactions", "merged_interactions", "later_interactions")


def unfinished(*fields: str, name: str, also: Q | None = None) -> models.Index:
    """An index over the tickets that are not finished, of which few are among a million."""
    states = Q(state__in=["new", "open", "waiting_customer", "waiting_until"])
    return models.Index(fields=[*fields, "id"], condition=states & (also or Q()), name=name)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def unfinished(self) -> "TicketQuerySet":
        """Tickets somebody still has to do something about."""
        # Named one by one, so that the partial indexes over these states can be used.
        return self.filter(state__in=Ticket.UNFINISHED)

    def with_deadline(self) -> "TicketQuerySet":
        """To filter and sort by ``open_deadline``, which the rows have as a property."""
        return self.alias(open_deadline=OPEN_DEADLINE)

    def to_join(self) -> "TicketQuerySet":
        """Of one purchase first the one that a contact joins: unfinished, not split off, newest."""
        split_off = ExpressionWrapper(Q(split_from__isnull=False), models.BooleanField())
        ended = F("resolved_at").desc(nulls_first=True)
        return self.order_by(ended, split_off, "-opened_at", "-pk")

    def for_list(self) -> "TicketQuerySet":
        """With everything a row of the queue shows."""
        return self.select_related("customer", "purchase", "owner", "team", "reason__parent")

    def for_order(self) -> "TicketQuerySet":
        """With what the orders of the queue need, ``open_deadline`` among it, and nothing else."""
        return self.only(
            "opened_at",
            "waiting_since",
            "next_promise_at",
            "tally",
            "priority",
            "resolved_at",
            "first_responded_at",
            "response_due_at",
            "resolve_due_at",
        )

    def for_queue(self) -> "TicketQuerySet":
        """With the columns that the queue can show, and no others: a page of them is cheap.

        The names of small tables come as ``owner_name``, ``team_name``, ``product_name``,
        ``reason_name`` and ``reason_group``: planning seven joins takes longer than the page.
        """
        related = {"customer": ("name", "ref"), "purchase": ("order_number", *PURCHASE_COUNTS)}
        own = [field.name for field in Ticket._meta.concrete_fields if field.name != "resolution"]
        columns = [f"{path}__{name}" for path, names in related.items() for name in names]
        reason = Reason.objects.filter(pk=OuterRef("reason"))
        people = get_user_model()._default_manager.filter(pk=OuterRef("owner"))
        return (
            self.select_related(*related)
            .only(*own, *columns)
            .annotate(
                owner_name=Subquery(people.values("name")),
                team_name=Subquery(Team.objects.filter(pk=OuterRef("team")).values("name")),
                product_name=Subquery(
                    Product.objects.filter(pk=OuterRef("product")).values("name")
                ),
                reason_name=Subquery(reason.values("name")),
                reason_group=Subquery(reason.values("parent__name")),
            )
        )

    def with_promises(self) -> "TicketQuerySet":
        """A row for each promise of each ticket (one for a ticket without), newest ticket first.

        The promise's columns are annotated as ``promise_…``; its key is None where there is none.
        """
        columns = ("what", "due_at", "state", "made_at", "ended_at", "end_note")
        return (
            self.select_related("owner")
            .annotate(
                promise_id=F("promises__pk"),
                promise_owner=F("promises__owner__name"),
                **{f"promise_{name}": F(f"promises__{name}") for name in columns},
            )
            .order_by("-opened_at", "-pk", "promises__due_at")
        )


class Ticket(TicketClock):
    """A problem being worked on. At most one unfinished ticket a purchase, but for those split off."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("Open")
        WAITING_CUSTOMER = "waiting_customer", _("Waiting on customer")
        WAITING_UNTIL = "waiting_until", _("Waiting until")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    UNFINISHED = ("new", "open", "waiting_customer", "waiting_until")
    FINISHED = ("resolved", "closed")

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    subject = models.CharField(_("subject"), max_length=200)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    purchase = models.ForeignKey(
        Purchase, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    # The ticket's name in the system it was imported from.
    external_ref = models.CharField(max_length=120, unique=True, null=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.NEW)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    reason = models.ForeignKey(Reason, null=True, blank=True, on_delete=models.PROTECT)
    resolution = models.TextField(_("resolution"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets_owned",
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True)
    waiting_until = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True)
    open_promises = models.PositiveSmallIntegerField(default=0, editable=False)
    next_promise_at = models.DateTimeField(null=True, editable=False)
    # The ticket that took over what was here; this one is closed then, and its links say so.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        editable=False,
    )
    # The ticket it was split off from: it may be unfinished beside that one.
    split_from = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        editable=False,
    )
    handoffs = models.PositiveSmallIntegerField(default=0, editable=False)
    reopenings = models.PositiveSmallIntegerField(default=0, editable=False)
    # So that a change asks for followers only where there are some.
    follower_count = models.PositiveSmallIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # What the queue sorts and filters by, kept by tickets.services.mirroring: how it came in, and
    # of its purchase the net count (null without one), whether it is flagged, the first product.
    channel = models.CharField(max_length=6, blank=True, editable=False)
    tally = models.PositiveIntegerField(null=True, editable=False)
    flagged = models.BooleanField(default=False, editable=False)
    # The index ticket_unfinished_product begins with it.
    product = models.ForeignKey(
        Product,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "new",
                        "open",
                        "waiting_customer",
                        "waiting_until",
                        "resolved",
                        "closed",
                    ]
                ),
                name="ticket_state_known",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=[1, 2, 3]), name="ticket_priority_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "closed"])
                | (
                    Q(resolved_at__isnull=False, open_promises=0)
                    # A merged one says where it went; what was done is said there.
                    & ((Q(reason__isnull=False) & ~Q(resolution="")) | Q(merged_into__isnull=False))
                ),
                name="ticket_resolved_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(response_told__lte=2, resolve_told__lte=2), name="ticket_told_known"
            ),
            models.CheckConstraint(
                condition=Q(alarm_at__isnull=True)
                | Q(response_due_at__isnull=False)
                | Q(resolve_due_at__isnull=False),
                name="ticket_alarm_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(state="closed") & ~Q(merged_into=F("pk"))),
                name="ticket_merged_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["resolved", "closed"]) | Q(resolved_at__isnull=True),
                name="ticket_unfinished_not_resolved",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting_until") | Q(waiting_until__isnull=False),
                name="ticket_waiting_until_has_date",
            ),
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(
                    state__in=["new", "open", "waiting_customer", "waiting_until"],
                    external_ref__isnull=True,
                    split_from__isnull=True,
                ),
                name="ticket_one_unfinished_per_purchase",
            ),
        ]
        indexes = [
            models.Index(fields=["purchase", "-opened_at"], name="ticket_by_purchase"),
            models.Index(fields=["customer", "-opened_at"], name="ticket_by_customer"),
            models.Index(
                fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="ticket_alarm"
            ),
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(state__in=["new", "open", "waiting_customer", "waiting_until"]),
                name="ticket_unfinished_waiting",
            ),
            models.Index(
                fields=["owner", "waiting_since", "id"],
                condition=Q(state__in=["new", "open", "waiting_customer", "waiting_until"]),
                name="ticket_unfinished_by_owner",
            ),
            models.Index(
                fields=["resolved_at"], condition=Q(state="resolved"), name="ticket_to_close"
            ),
            unfinished("opened_at", name="ticket_unfinished_age"),
            unfinished("next_promise_at", name="ticket_unfinished_promise"),
            unfinished("tally", name="ticket_unfinished_tally"),
            unfinished("priority", "opened_at", name="ticket_unfinished_priority"),
            unfinished("product", "waiting_since", name="ticket_unfinished_product"),
            # With the team, so that counting those of one team reads no row of another.
            unfinished("waiting_since", "team", name="ticket_nobodys", also=Q(owner__isnull=True)),
            unfinished("reason", "channel", name="ticket_unfinished_reason"),
            unfinished("waiting_since", name="ticket_flagged", also=Q(flagged=True)),
            models.Index(
                OPEN_DEADLINE,
                "id",
                condition=Q(state__in=["new", "open", "waiting_customer", "waiting_until"]),
                name="ticket_unfinished_deadline",
            ),
            models.Index(
                fields=["waiting_until", "id"],
                condition=Q(state="waiting_until"),
                name="ticket_waiting_until",
            ),
            # Finished ones are found by age: nothing waits any more.
            models.Index(fields=["opened_at", "id"], name="ticket_by_age"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def open_deadline(self) -> datetime | None:
        """The first deadline that is neither met nor, waiting on the customer, put off."""
        if self.resolved_at is not None:
            return None
        response = None if self.first_responded_at else self.response_due_at
        return min((due for due in (response, self.resolve_due_at) if due), default=None)


class Follower(models.Model):
    """A person who is told what others do on a ticket, without owning it."""

    # The constraint follower_once begins with it.
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="followers", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follows"
    )
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "person"], name="follower_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} follows #{self.ticket_id}"


class TicketEvent(models.Model):
    """What happened to a ticket or to an interaction's links. Append-only.

    ``kind`` is a word of ``Kind``; ``changes`` is ``{field: [old, new]}`` as text. An internal
    note is a row of kind *noted*: kept like all history, and never counted.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("Ticket opened")
        LOGGED = "logged", _("Interaction logged")
        ATTACHED = "attached", _("Interaction attached")
        CORRECTED = "corrected", _("Interaction corrected")
        CHANGED = "changed", _("Ticket changed")
        HANDED_OFF = "handed_off", _("Handed off")
        PROMISED = "promised", _("Promise made")
        PROMISE_ENDED = "promise_ended", _("Promise ended")
        RESOLVED = "resolved", _("Resolved")
        REOPENED = "reopened", _("Reopened")
        WAITING = "waiting", _("Set to wait")
        RESUMED = "resumed", _("Taken up again")
        CLOSED = "closed", _("Closed")
        ASSIGNED = "assigned", _("Given to a team")
        NOTED = "noted", _("Note written")
        FOLLOWED = "followed", _("Followers changed")
        MERGED = "merged", _("Tickets merged")
        UNMERGED = "unmerged", _("Merge undone")
        SPLIT = "split", _("Interaction split off")
        MOVED = "moved", _("Interaction moved")
        FILE_ADDED = "file_added", _("File attached")
        FILE_REMOVED = "file_removed", _("File taken away")
        ATTEMPTED = "attempted", _("Call-back tried")
        ESCALATED = "escalated", _("Owner asked")
        ANSWERED = "answered", _("Owner answered")
        GRANTED = "granted", _("Goodwill granted")
        REFUSED = "refused", _("Goodwill refused")
        TAKEN_BACK = "taken_back", _("Goodwill undone")
        PROMISE_GIVEN = "promise_given", _("Promise given to another")
        LATE = "late", _("Deadline passed")

    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="events")
    interaction = models.ForeignKey(
        "tickets.Interaction", null=True, on_delete=models.PROTECT, related_name="events"
    )
    purchase = models.ForeignKey(
        Purchase, null=True, on_delete=models.PROTECT, related_name="ticket_events"
    )
    kind = models.CharField(max_length=14, choices=Kind)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    # Of the form a note was typed in: sent twice, a form makes one note.
    form_key = models.CharField(max_length=36, null=True, editable=False)

    # Set by write_note on a note that was there already.
    is_repeat = False

    class Meta:
        constraints = [
            # Conditional, as SQLite then adds it without building the table anew.
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="ticket_event_once_per_form",
            ),
        ]
        indexes = [
            models.Index(fields=["purchase", "-at"], name="ticket_event_by_purchase"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"
