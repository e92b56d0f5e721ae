from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Role, Team, User
from accounts.services.history import record_history
from accounts.services.people import AccessMap, access_values, check_email_free, fold_name
from helpdesk.lib.telling import tell


class InvitationError(Exception):
    """The link was used, withdrawn or is too old; its text says which and what to do."""


@transaction.atomic
def invite_person(
    *, name: str, email: str, access: AccessMap, team: Team | None, actor: User
) -> Invitation:
    """Make a person who cannot sign in yet, and the link with which they choose a password.

    Raises ValidationError: no role at all, or somebody has the address.
    """
    email = email.strip().lower()
    check_email_free(email, person=None)
    values = {"name": name, "email": email, "team": team, **access_values(access)}
    person = User(**values, name_folded=fold_name(name), is_active=False)
    person.set_unusable_password()
    person.save()
    changes = {field: (None, value) for field, value in values.items() if value}
    return open_invitation(person, actor, changes)


@transaction.atomic
def invite_again(*, person: User, actor: User) -> Invitation:
    """A fresh link for somebody who cannot sign in; an earlier one stops working.

    Raises ValidationError: the person can sign in, has no e-mail address or no role.
    """
    locked = User.objects.select_for_update().get(pk=person.pk)
    if locked.is_active:
        raise ValidationError(
            _("%(person)s can already sign in, so there is nothing to invite them to."),
            params={"person": locked.name},
        )
    if not locked.email:
        raise ValidationError(_("Add an e-mail address and save it first; signing in needs one."))
    return open_invitation(locked, actor, {})


def open_invitation(
    person: User, actor: User, changes: Mapping[str, tuple[object, object]]
) -> Invitation:
    """The new link; whatever was unanswered before is withdrawn, one works at a time."""
    if not any(person.access(role) for role in Role):
        raise ValidationError(_("Choose at least one role; without one they would see no page."))
    person.invitations.unanswered().update(withdrawn_at=timezone.now())
    record_history(subject=person, verb="invited", actor=actor, changes=changes)
    return Invitation.objects.create(user=person, invited_by=actor)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: User) -> None:
    """Make the link stop working. Raises ValidationError when it was already used."""
    rows = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if not rows.update(withdrawn_at=timezone.now()):
        raise ValidationError(_("The invitation is no longer open: it was used or withdrawn."))
    record_history(subject=invitation.user, verb="withdrew the invitation", actor=actor)


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> User:
    """Let the invited person in with the password they chose; the link works once.

    Raises InvitationError when the link is unknown, used, withdrawn or too old.
    """
    if not Invitation.objects.open().filter(token=token).update(used_at=timezone.now()):
        raise InvitationError(why_closed(token))
    invitation = Invitation.objects.select_related("user", "invited_by").get(token=token)
    person = invitation.user
    person.set_password(password)
    person.is_active = True
    person.joined_at = timezone.now()
    person.save(update_fields=["password", "is_active", "joined_at"])
    record_history(subject=person, verb="joined", actor=person)
    tell(
        people=[invitation.invited_by],
        kind="invitation_accepted",
        key=f"invitation:{invitation.pk}",
        params={"person": person.name},
        link=f"/settings/people/{person.pk}/",
    )
    return person


def why_closed(token: str) -> str:
    """What happened to a link that does not work, and what its holder can do."""
    invitation = Invitation.objects.filter(token=token).first()
    if invitation is None:
        return _("This link is not complete. Copy all of it from the message you got.")
    if invitation.used_at:
        return _("This link was used. Sign in with your e-mail address and the password you chose.")
    if invitation.withdrawn_at:
        return _("This link was withdrawn, often because a newer one was sent. Ask for a new one.")
    return _("This link is too old. Ask the person who invited you for a new one.")
