from collections.abc import Mapping, Sequence

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Access, Role, Shop, Team, User
from accounts.services.history import changes_of, record_history, save_version
from helpdesk.lib.folding import fold

AccessMap = Mapping[Role, Access]


def access_values(access: AccessMap) -> dict[str, object]:
    """The four columns of a person's access; a role that is not named gets none."""
    return {f"{role.value}_access": access.get(role, Access.NONE).value for role in Role}


def fold_name(name: str) -> str:
    """The form of a person's name that searches compare."""
    return fold(name, User._meta.get_field("name_folded").max_length or 0)


def keep_an_admin(person: User) -> None:
    """Refuse what would leave the shop without an admin; holds the shop's row until the end.

    Raises ValidationError. Two admins who take the role from each other at once wait here for
    each other, and the second sees what the first did.
    """
    Shop.objects.select_for_update().get(pk=1)
    if not User.objects.full_admins().exclude(pk=person.pk).exists():
        raise ValidationError(
            _(
                "%(person)s is the only admin with full access, and without one nobody could "
                "change settings or invite people. Make somebody else an admin first."
            ),
            params={"person": person.name},
        )


def check_email_free(email: str, *, person: User | None) -> None:
    """Refuse an address another person has. Raises ValidationError on the field ``email``."""
    taken = User.objects.filter(email=email).exclude(pk=person.pk if person else None).first()
    if taken is not None:
        told = _("%(person)s already has this address. Open that person instead.")
        raise ValidationError({"email": told % {"person": taken.name}})


@transaction.atomic
def edit_person(
    *,
    person: User,
    version: int,
    name: str,
    email: str,
    team: Team | None,
    access: AccessMap,
    actor: User,
) -> User:
    """Change who a person is and what they may do.

    Raises ValidationError: stale ``version``, address taken or missing, the last admin.
    """
    email = email.strip().lower()
    check_email_free(email, person=person)
    if person.is_active and not email:
        raise ValidationError({"email": _("Who signs in needs an e-mail address.")})
    values = {"name": name, "email": email or None, "team": team, **access_values(access)}
    changes = changes_of(person, values)
    if not changes:
        return person
    if person.is_active and person.admin_access == Access.FULL and "admin_access" in changes:
        keep_an_admin(person)
    save_version(person, version=version, values={**values, "name_folded": fold_name(name)})
    if "email" in changes:
        # The sign-in library keeps addresses of its own, which would still let the old one in.
        EmailAddress.objects.filter(user_id=person.pk).delete()
    record_history(subject=person, verb="changed", actor=actor, changes=changes)
    return person


@transaction.atomic
def deactivate_person(*, person: User, version: int, actor: User) -> None:
    """Take away the sign-in at once: open sessions end, the password is forgotten.

    What the person did stays theirs. To come back they are invited again. Raises ValidationError:
    stale ``version``, the last admin, oneself.
    """
    if person.pk == actor.pk:
        raise ValidationError(_("You cannot take away your own sign-in. Ask another admin."))
    if not person.is_active:
        return
    if person.admin_access == Access.FULL:
        keep_an_admin(person)
    # Sessions are bound to the password: without it none of them is valid, now or after a return.
    person.set_unusable_password()
    save_version(person, version=version, values={"is_active": False, "password": person.password})
    record_history(subject=person, verb="deactivated", actor=actor)


@transaction.atomic
def edit_profile(
    *,
    person: User,
    name: str,
    time_zone: str,
    theme: str,
    shortcuts: bool,
    after_saving: str,
) -> None:
    """Change what a person may say about themselves. ``time_zone`` "" means the shop's."""
    values = {
        "name": name,
        "time_zone": time_zone,
        "theme": theme,
        "shortcuts": shortcuts,
        "after_saving": after_saving,
    }
    changes = changes_of(person, values)
    if not changes:
        return
    User.objects.filter(pk=person.pk).update(**values, name_folded=fold_name(name))
    record_history(subject=person, verb="changed", actor=person, changes=changes)


def remember_columns(*, person: User, columns: Sequence[str]) -> None:
    """Keep which columns of the queue a person looks at; none are the usual ones.

    How one's own screen looks is no history.
    """
    User.objects.filter(pk=person.pk).update(queue_columns=",".join(columns))


@transaction.atomic
def choose_notice_ways(*, person: User, ways: Mapping[str, str]) -> bool:
    """Keep how a person wants to be told of what, beside what was chosen before; says whether
    anything changed. The words are those of ``notices.groups``.
    """
    before = User.objects.select_for_update(no_key=True).get(pk=person.pk).notice_ways
    changes: dict[str, tuple[object, object]] = {
        f"notices_{name}": (before.get(name), way)
        for name, way in ways.items()
        if before.get(name) != way
    }
    if not changes:
        return False
    person.notice_ways = {**before, **ways}
    person.save(update_fields=["notice_ways"])
    record_history(subject=person, verb="changed", actor=person, changes=changes)
    return True


@transaction.atomic
def change_password(*, user: User, password: str, actor: User | None) -> None:
    """Give a person another password; all their sessions end. The history says that, not which."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_history(subject=user, verb="changed password", actor=actor)
