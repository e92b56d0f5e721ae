"""Writes of the notices room."""

from collections.abc import Iterable, Mapping

from accounts.models import User
from notices.models import Notice


def notify(
    *, people: Iterable[User], kind: str, key: str, params: Mapping[str, object], link: str = ""
) -> int:
    """Tell people of a matter, once each: the same key for the same person is not told again.

    Returns how many notices were asked for. Call it in the transaction of the matter itself.
    """
    rows = [
        Notice(person=person, kind=kind, key=key, params=dict(params), link=link)
        for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
