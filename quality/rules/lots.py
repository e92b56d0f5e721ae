"""What a lot's inspections say of it together. Pure."""

from collections.abc import Iterable
from typing import Protocol

from purchases.models import Lot
from quality.models import Inspection


class Signed(Protocol):
    """What a signed inspection says, as far as its lot is concerned."""

    @property
    def stage(self) -> str:
        """One of Inspection.Stage."""

    @property
    def verdict(self) -> str | None:
        """One of Inspection.Verdict."""


def verdict_of_round(signed: Iterable[Signed]) -> Inspection.Verdict | None:
    """What the inspections of one round say together: the third decides, else one fail fails.

    None when none was signed.
    """
    found = list(signed)
    deciding = [one for one in found if one.stage == Inspection.Stage.THIRD] or found
    if not deciding:
        return None
    failed = any(one.verdict == Inspection.Verdict.FAIL for one in deciding)
    return Inspection.Verdict.FAIL if failed else Inspection.Verdict.PASS


def state_after_signing(
    current: str, said: Inspection.Verdict, *, begun_after_hold: bool, others_open: bool
) -> Lot.State:
    """The state of a lot when its latest round says `said`.

    A hold is lifted only by an inspection that began after it, a rejection never; while others
    are still open the lot is not released.
    """
    if current == Lot.State.REJECTED:
        return Lot.State.REJECTED
    held = current == Lot.State.ON_HOLD and not begun_after_hold
    if said == Inspection.Verdict.FAIL or held:
        return Lot.State.ON_HOLD
    if others_open:
        return Lot.State.ON_HOLD if current == Lot.State.ON_HOLD else Lot.State.IN_INSPECTION
    return Lot.State.RELEASED
