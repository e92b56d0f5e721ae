"""The makers and inspectors that rows name."""

import difflib
from collections.abc import Sequence

from accounts.models import User
from accounts.services import people_for_import
from jobs.importing.kinds import ChunkResult, ImportContext, Record

# How alike two names are before a person should look; and how many names are worth comparing.
ALIKE = 0.85
MOST_COMPARED = 3000

People = dict[str, User]


def people_of(records: Sequence[Record], context: ImportContext, result: ChunkResult) -> People:
    """The people by the text that names them; new ones that resemble a known one are told."""
    named = {record.values[column] for record in records for column in ("maker", "inspector")}
    people: dict[str, User] = context.state.setdefault("people", {})
    unknown = named - people.keys()
    if not unknown:
        return people
    known = list(
        User.objects.order_by("pk").values_list("pk", "name", "name_folded")[:MOST_COMPARED]
    )
    found = people_for_import(unknown)
    people.update(found)
    before = {pk for pk, _name, _folded in known}
    names = {folded: name for _pk, name, folded in known}
    for user in {user.pk: user for user in found.values()}.values():
        if user.pk in before or user.is_active or len(known) == MOST_COMPARED:
            continue
        for folded in difflib.get_close_matches(user.name_folded, names, n=1, cutoff=ALIKE):
            result.look_alike(user.name, names[folded])
    return people
