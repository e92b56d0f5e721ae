from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services.history import changes_of, record_history, save_version


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
def rename_team(*, team: Team, version: int, name: str, actor: User) -> None:
    """Another name for the team.

    Raises ValidationError: the name is taken, or changed since ``version`` was shown.
    """
    changes = changes_of(team, {"name": name})
    if not changes:
        return
    refuse_taken(name, team=team)
    save_version(team, version=version, values={"name": name})
    record_history(subject=team, verb="changed", actor=actor, changes=changes)


@transaction.atomic
def retire_team(*, team: Team, version: int, actor: User) -> None:
    """Nobody can join it any more; who is in it stays until moved. Safe twice.

    Raises ValidationError when somebody changed the team since ``version`` was shown.
    """
    if team.retired_at is None:
        save_version(team, version=version, values={"retired_at": timezone.now()})
        record_history(subject=team, verb="retired", actor=actor, note=team.name)


@transaction.atomic
def restore_team(*, team: Team, version: int, actor: User) -> None:
    """Take a retired team into use again. Safe twice.

    Raises ValidationError when somebody changed the team since ``version`` was shown.
    """
    if team.retired_at is not None:
        save_version(team, version=version, values={"retired_at": None})
        record_history(subject=team, verb="restored", actor=actor, note=team.name)
