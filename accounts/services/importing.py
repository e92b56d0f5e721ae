"""People named in imported files: agents, makers, inspectors."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from helpdesk.lib.folding import fold

LONGEST_NAME = 120
LOOKUP_CHUNK = 500


def person_for_import(text: str) -> User:
    """The person a file names by e-mail or by name; see people_for_import. Raises ValueError if empty."""
    name = " ".join(text.split())
    if not name:
        msg = "a person needs a name"
        raise ValueError(msg)
    return people_for_import([name])[name]


@transaction.atomic
def people_for_import(texts: Iterable[str]) -> dict[str, User]:
    """The people that ``texts`` name, by the very text given; empty texts are left out.

    Found by e-mail without case, else by folded name (the one who can sign in first, then the
    oldest); whom nobody knows becomes a person who cannot sign in. Three queries for each 500
    unknown texts; importing twice finds the same people.
    """
    wanted = {text: " ".join(text.split()) for text in texts if text.strip()}
    found: dict[str, User] = {}
    plain = sorted(set(wanted.values()))
    for start in range(0, len(plain), LOOKUP_CHUNK):
        found |= _people(plain[start : start + LOOKUP_CHUNK])
    return {text: found[name] for text, name in wanted.items()}


def _people(names: list[str]) -> dict[str, User]:
    """The people of one chunk of names, made where absent."""
    by_email = {
        user.email: user
        for user in User.objects.filter(email__in=[name.lower() for name in names if "@" in name])
    }
    keys = {name: _key(name) for name in names}
    known = User.objects.filter(name_folded__in=set(keys.values())).order_by("is_active", "-pk")
    by_name = {user.name_folded: user for user in known}
    missing = {
        key: name
        for name, key in keys.items()
        if name.lower() not in by_email and key not in by_name
    }
    made = [_stranger(name, key) for key, name in missing.items()]
    by_name |= {user.name_folded: user for user in User.objects.bulk_create(made)}
    return {name: by_email.get(name.lower()) or by_name[key] for name, key in keys.items()}


def _key(name: str) -> str:
    """The folded name as the column holds it."""
    return fold(name, LONGEST_NAME) or name[:LONGEST_NAME]


def _stranger(name: str, key: str) -> User:
    """Somebody the file names and we do not know: kept by name, unable to sign in."""
    user = User(name=name[:LONGEST_NAME], name_folded=key, is_active=False)
    user.set_unusable_password()
    return user
