"""The people of the sample shop: four demo log-ins, one a role, and their colleagues."""

import secrets

from accounts.models import Access, Role, User
from accounts.services import add_team
from accounts.services.invitations import accept_invitation, invite_person
from accounts.services.people import edit_person
from accounts.services.shop import start_shop
from helpdesk.sample.goods import AGENTS, INSPECTORS, SHOP_NAME

MANAGER = "Nadia El Amrani"
ADMIN = "Peter Verhaegen"
# The first agent and the first inspector are the demo log-ins.
COLLEAGUES = {
    **dict.fromkeys(AGENTS[1:], Role.AGENT),
    **dict.fromkeys(INSPECTORS[1:], Role.INSPECTOR),
}


def make_people(password: str) -> User:
    """The shop, its first admin, and everybody who signs in; returns the manager.

    The demo log-ins get ``password``, their colleagues one that nobody knows.
    """
    admin = start_shop(
        shop_name=SHOP_NAME,
        time_zone="Europe/Brussels",
        name=ADMIN,
        email=f"{Role.ADMIN.value}@example.com",
        password=password,
    )
    desk, workshop = (add_team(name=name, actor=admin) for name in ("Desk", "Workshop"))
    known = {AGENTS[0]: Role.AGENT, INSPECTORS[0]: Role.INSPECTOR, MANAGER: Role.MANAGER}
    for name, role in (known | COLLEAGUES).items():
        first = role.value if name in known else name.split()[0].lower()
        invitation = invite_person(
            name=name,
            email=f"{first}@example.com",
            access=only(role),
            team=workshop if role == Role.INSPECTOR else desk,
            actor=admin,
        )
        chosen = password if name in known else secrets.token_urlsafe(20)
        accept_invitation(token=invitation.token, password=chosen)
    # One demo log-in a role: the first admin of a real shop keeps all of them.
    edit_person(
        person=admin,
        version=User.objects.get(pk=admin.pk).version,
        name=admin.name,
        email=str(admin.email),
        team=None,
        access=only(Role.ADMIN),
        actor=admin,
    )
    manager: User = User.objects.get(name=MANAGER)
    return manager


def only(role: Role) -> dict[Role, Access]:
    """One role in full and no other."""
    return {each: Access.FULL if each == role else Access.NONE for each in Role}
