"""The reasons that rows name: ours by their name, others under "Imported"."""

from collections.abc import Iterable

from helpdesk.lib.folding import fold
from jobs.importing.kinds import ChunkResult, ImportContext
from tickets.models import Fault, Reason

# Names of rows, found again by the next import; they are data like every other reason's name.
IMPORTED = "Imported"
NOT_GIVEN = "Reason not given"
_NAME_LENGTH = 120


def reasons_for(
    names: Iterable[str], context: ImportContext, result: ChunkResult
) -> dict[str, Reason]:
    """The leaf for each name, by folded name; of several with the same name the first in use.

    A name nobody knows becomes a leaf under "Imported": unclassified, and it counts.
    """
    known: dict[str, Reason] = context.state.setdefault("reasons", {})
    missing = {fold(name): name for name in names if fold(name) not in known}
    if missing and not context.state.get("reasons_read"):
        # Retired ones first, so that one in use takes the place of its namesake.
        leaves = sorted(
            Reason.objects.leaves(), key=lambda leaf: (leaf.retired_at is None, -leaf.pk)
        )
        known.update({fold(leaf.name): leaf for leaf in leaves})
        context.state["reasons_read"] = True
    for folded, name in missing.items():
        if folded not in known:
            known[folded] = imported_leaf(name)
            result.counts["reasons_created"] += 1
    return {name: known[fold(name)] for name in names}


def imported_leaf(name: str) -> Reason:
    """The leaf of that name under "Imported", made where it is missing."""
    group, _made = Reason.objects.get_or_create(
        parent=None, name=IMPORTED, defaults={"position": 99}
    )
    leaf, _made = Reason.objects.get_or_create(
        parent=group, name=name[:_NAME_LENGTH], defaults={"fault": Fault.UNCLASSIFIED}
    )
    return leaf
