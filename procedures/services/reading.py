"""Read and understood: asked of roles and teams, confirmed by each person."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, Team, User
from accounts.services import record_history
from notices.services import notify
from procedures.models import Confirmation, ReadRequest, Version

State = Version.State


@transaction.atomic
def ask_to_read(
    *,
    version: Version,
    actor: User,
    role: str = "",
    team: Team | None = None,
    due_on: date | None = None,
) -> ReadRequest:
    """Ask the people of a role or a team to confirm a version in force, and tell them.

    Asked again, only the day changes. Raises ValidationError: neither or both, or not in force.
    """
    if bool(role) == (team is not None) or (role and role not in Role.values):
        raise ValidationError(_("Choose a role or a team."))
    fresh = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
    if fresh.state != State.PUBLISHED:
        raise ValidationError(_("Only a version in force can be read and confirmed."))
    made, _is_new = ReadRequest.objects.update_or_create(
        version=fresh,
        role=role,
        team=team,
        defaults={"due_on": due_on},
        create_defaults={"due_on": due_on, "asked_by": actor},
    )
    record_history(subject=fresh, verb="changed", actor=actor, note=str(team or Role(role).label))
    people = [one for one in who_owes(fresh, [made]) if one.pk != actor.pk]
    notify(
        people=people,
        kind="procedure_to_read",
        key=f"read:{made.pk}",
        params={"by": actor.name, "title": fresh.procedure.title},
        link=reverse("version_page", args=[fresh.pk]),
    )
    return made


def confirm_version(*, version: Version, actor: User) -> Confirmation:
    """That this person has read and understood it; a second time changes nothing.

    Raises ValidationError for a draft.
    """
    if version.state == State.DRAFT:
        raise ValidationError(_("This is a draft. Confirm the version that is published."))
    try:
        with transaction.atomic():
            made, _is_new = Confirmation.objects.get_or_create(version=version, person=actor)
    except IntegrityError:
        made = Confirmation.objects.get(version=version, person=actor)
    return made


def asked_of(requests: Iterable[ReadRequest]) -> QuerySet[User]:
    """The active people of these roles and teams."""
    wanted = Q(pk__in=[])
    for one in requests:
        wanted |= Q(team=one.team_id) if one.team_id else Q(**{f"{one.role}_access__gt": 0})
    people: QuerySet[User] = User.objects.active().filter(wanted).order_by("name", "pk")
    return people


def who_owes(version: Version, requests: Iterable[ReadRequest]) -> QuerySet[User]:
    """Those of them who have not confirmed the version."""
    confirmed = Confirmation.objects.filter(version=version).values("person")
    return asked_of(requests).exclude(pk__in=confirmed)


def owed_by(person: User) -> QuerySet[Version]:
    """The versions in force that this person is asked to confirm and has not; soonest due first."""
    roles = [role.value for role in Role if person.may(role)]
    asked = ReadRequest.objects.filter(Q(role__in=roles) | Q(team=person.team_id or 0))
    confirmed = Confirmation.objects.filter(person=person).values("version")
    return (
        Version.objects.published()
        .filter(pk__in=asked.values("version"), procedure__retired_at__isnull=True)
        .exclude(pk__in=confirmed)
        .select_related("procedure")
        .order_by("published_at", "pk")
    )
