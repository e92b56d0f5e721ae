"""The demo log-ins of the sample shop, one per role."""

import secrets

from accounts.models import Role, User
from accounts.services import change_password

# Known to everybody who read the README, so it opens the product on this machine only.
LOCAL_PASSWORD = "tally-demo-2026"  # noqa: S105
EMAILS = {role: f"{role.value}@example.com" for role in Role}


def fresh_password(*, is_local: bool) -> str:
    """The password for the demo log-ins: a random one where other machines can reach them."""
    return LOCAL_PASSWORD if is_local else secrets.token_urlsafe(9)


def close_known_logins() -> str:
    """Give demo people who still have the known password a random one, and return it.

    For a product that was tried on this machine and is now opened to others. Empty when nobody
    has the known password any more.
    """
    open_doors = [
        user
        for user in User.objects.active().filter(email__in=EMAILS.values())
        if user.check_password(LOCAL_PASSWORD)
    ]
    password = fresh_password(is_local=False) if open_doors else ""
    for user in open_doors:
        change_password(user=user, password=password, actor=None)
    return password


def login_lines(password: str) -> list[str]:
    """What to print: role, e-mail and password of each demo person who has this password."""
    users = {user.email: user for user in User.objects.active().filter(email__in=EMAILS.values())}
    return [
        f"  {role.value:<10} {email:<22} {password}"
        for role, email in EMAILS.items()
        if email in users and users[email].check_password(password)
    ]


def locked_out() -> str:
    """A demo person who is still here, the admin before others; "" when none is.

    For a product whose demo passwords nobody knows any more: this one may be given a new one.
    """
    known = set(
        User.objects.active().filter(email__in=EMAILS.values()).values_list("email", flat=True)
    )
    by_importance = [EMAILS[Role.ADMIN], *EMAILS.values()]
    return next((email for email in by_importance if email in known), "")
