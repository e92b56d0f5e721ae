from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services.history import record_history


def refuse_taken(name: str, *, team: Team | None) -> None:
    """Raises ValidationError when another team has this name, in whatever case."""
    taken = {other.name.casefold() for other in Team.objects.all() if other != team}
    if name.casefold() in taken:
        raise ValidationError({"name": _("Another team has this name. Choose a different one.")})


@transaction.atomic
def add_team(*, name: str, actor: User) -> Team:
    """A new team. Raises ValidationError when the name is taken."""
    refuse_taken(name, team=None)
    team = Team.objects.create(name=name)
    record_history(subject=team, verb="created", actor=actor, note=name)
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, actor: User) -> None:
    """Another name for the team. Raises ValidationError when it is taken."""
    refuse_taken(name, team=team)
    if name == team.name:
        return
    record_history(subject=team, verb="changed", actor=actor, changes={"name": (team.name, name)})
    Team.objects.filter(pk=team.pk).update(name=name)


@transaction.atomic
def retire_team(*, team: Team, actor: User) -> None:
    """Nobody can join it any more; who is in it stays until moved. Safe twice."""
    if Team.objects.in_use().filter(pk=team.pk).update(retired_at=timezone.now()):
        record_history(subject=team, verb="retired", actor=actor, note=team.name)


@transaction.atomic
def restore_team(*, team: Team, actor: User) -> None:
    """Take a retired team into use again. Safe twice."""
    if Team.objects.filter(pk=team.pk, retired_at__isnull=False).update(retired_at=None):
        record_history(subject=team, verb="restored", actor=actor, note=team.name)
