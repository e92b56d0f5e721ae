"""Views of the queue under a name: one's own, or shared by a manager with everybody."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import changes_of, record_history, save_version
from tickets.models import SavedView


@transaction.atomic
def add_view(*, name: str, query: str, shared: bool, actor: User) -> SavedView:
    """Keep a view of the queue; a shared one is everybody's to open.

    Raises ValidationError: a view of one's own has the name, or somebody who is no manager shares.
    """
    refuse_view(owner=actor, name=name, shared=shared, there=None, actor=actor)
    view = SavedView.objects.create(owner=actor, name=name.strip(), query=query, shared=shared)
    told = {"name": (None, view.name), "query": (None, query), "shared": (None, shared)}
    record_history(subject=view, verb="created", actor=actor, changes=told, note=view.name)
    return view


@transaction.atomic
def change_view(
    *, view: SavedView, version: int, name: str, query: str, shared: bool, actor: User
) -> None:
    """Give a view another name, other filters, or share it.

    The caller found it among those the actor may edit. Raises ValidationError: stale ``version``,
    name taken, or somebody who is no manager shares.
    """
    values = {"name": name.strip(), "query": query, "shared": shared}
    changes = changes_of(view, values)
    if not changes:
        return
    refuse_view(owner=view.owner, name=name, shared=shared, there=view, actor=actor)
    save_version(view, version=version, values=values)
    record_history(subject=view, verb="changed", actor=actor, changes=changes, note=view.name)


@transaction.atomic
def delete_view(*, view: SavedView, actor: User) -> None:
    """Take a view away; the tickets it showed stay where they are."""
    record_history(
        subject=view,
        verb="deleted",
        actor=actor,
        changes={"query": (view.query, None)},
        note=view.name,
    )
    SavedView.objects.filter(pk=view.pk).delete()


def refuse_view(
    *, owner: User, name: str, shared: bool, there: SavedView | None, actor: User
) -> None:
    """Raises ValidationError beside the field."""
    others = SavedView.objects.filter(owner=owner).exclude(pk=there.pk if there else 0)
    if not name.strip():
        raise ValidationError({"name": _("Give the view a name.")})
    if others.filter(name=name.strip()).exists():
        raise ValidationError({"name": _("You have a view of this name. Choose another one.")})
    newly = shared and not (there and there.shared)
    if newly and not actor.may(Role.MANAGER, write=True):
        raise ValidationError({"shared": _("Only a manager shares a view with everybody.")})
