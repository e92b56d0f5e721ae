from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, person: User | int) -> "SavedViewQuerySet":
        """The own of a person (or of the one with this key), and those that are shared."""
        return self.filter(Q(owner=person) | Q(shared=True)).order_by("shared", "name", "pk")

    def editable_by(self, person: User) -> "SavedViewQuerySet":
        """A person's own; for managers also what others share."""
        if person.may(Role.MANAGER, write=True):
            return self.filter(Q(owner=person) | Q(shared=True))
        return self.filter(owner=person)


class SavedView(models.Model):
    """Filters, sort and columns of the queue under a name: one's own, or for everybody.

    ``query`` is the address it stands for, without a page. What it shows is still what the person
    who opens it may see; "me" in it is that person.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    shared = models.BooleanField(_("for everybody"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once"),
        ]
        indexes = [
            models.Index(fields=["name"], condition=Q(shared=True), name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name
