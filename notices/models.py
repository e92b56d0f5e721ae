"""What a person is told: one row a person and a matter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.groups import hidden_kinds
from notices.texts import WORDINGS, Wording, sentence_of, wording_of

# The bell counts no further.
BELL_LIMIT = 100


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        """Notices the person has not opened."""
        return self.filter(read_at__isnull=True)

    def of(self, person: User) -> "NoticeQuerySet":
        """What this person was told and wants in the page; nobody else sees it."""
        own = self.filter(person=person)
        hidden = hidden_kinds(person, WORDINGS)
        return own.exclude(kind__in=hidden) if hidden else own

    def to_mail(self) -> "NoticeQuerySet":
        """Not yet gathered into a mail, nor found to be none for the post."""
        return self.filter(to_mail=True)

    def bell_count(self) -> int:
        """How many are unread, counted up to 100: the bell says no more than "99+"."""
        return self.unread()[:BELL_LIMIT].count()


class Mail(models.Model):
    """Notices on their way to one person in one message; the text is made when it is sent.

    ``error`` is what the backend said last, for who looks after it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")
        DROPPED = "dropped", _("Nothing left to tell")

    ERROR_LENGTH = 300
    MOST_ATTEMPTS = 5

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails"
    )
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=ERROR_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed", "dropped"]),
                name="mail_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"], ended_at__isnull=True)
                | Q(state__in=["sent", "failed", "dropped"], ended_at__isnull=False),
                name="mail_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="queued") | Q(claimed_at__isnull=False), name="mail_was_claimed"
            ),
            models.CheckConstraint(condition=Q(attempts__lte=5), name="mail_tried_five_times"),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="mail_failed_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="mail_on_its_way",
            ),
            models.Index(fields=["person", "-created_at"], name="mail_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class Notice(models.Model):
    """``kind`` chooses the sentence (notices.texts), ``params`` fills it; never translated text."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    # The matter it is about, so that the same matter is told once ("flag:12:raised").
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Still to be looked at by whoever gathers mails (notices.services.mails).
    to_mail = models.BooleanField(default=False, db_default=False, editable=False)
    mail = models.ForeignKey(
        Mail, null=True, on_delete=models.SET_NULL, related_name="notices", editable=False
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once_per_matter"),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["person", "-created_at"], name="notice_by_person"),
            models.Index(fields=["created_at"], condition=Q(to_mail=True), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"

    @property
    def sentence(self) -> str:
        """What is told, in the language in force."""
        return sentence_of(self.kind, self.params)

    @property
    def wording(self) -> Wording:
        """Its icon and tone."""
        return wording_of(self.kind)
