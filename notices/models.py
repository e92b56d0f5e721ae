"""What a person is told: one row a person and a matter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from notices.texts import Wording, sentence_of, wording_of

# The bell counts no further.
BELL_LIMIT = 100


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        """Notices the person has not opened."""
        return self.filter(read_at__isnull=True)

    def of(self, person: User) -> "NoticeQuerySet":
        """What this person was told; nobody else sees it."""
        return self.filter(person=person)

    def bell_count(self) -> int:
        """How many are unread, counted up to 100: the bell says no more than "99+"."""
        return self.unread()[:BELL_LIMIT].count()


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
