"""What a manager decides on a lot, through the service."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import HistoryEntry
from purchases.models import Lot
from quality.services import decide_lot
from tests import make

pytestmark = pytest.mark.django_db


def test_a_manager_releases_a_held_lot_with_a_reason_that_stays_on_it():
    first, manager = make.signed_inspection(mass="348"), make.manager()
    decide_lot(lot=first.lot, decision="release", reason="sold as second choice", actor=manager)
    lot = Lot.objects.get(pk=first.lot_id)
    assert (lot.state, lot.state_reason) == ("released", "sold as second choice")
    told = HistoryEntry.objects.filter(subject_id=lot.pk, subject_type="purchases.lot").latest("pk")
    assert (told.actor, told.changes, told.note) == (
        manager,
        {"state": ["on_hold", "released"]},
        "sold as second choice",
    )


@pytest.mark.parametrize("case", ["no reason", "not held", "inspected it", "made it", "open", "?"])
def test_a_release_that_is_not_allowed_changes_nothing(case):
    manager = make.manager(inspector_access=2)
    lot = make.lot_to_inspect(maker=manager if case == "made it" else make.user())
    decision, reason = "release", "because"
    if case != "not held":
        who = manager if case == "inspected it" else None
        make.signed_inspection(lot=lot, inspector=who, mass="348")
    if case == "open":
        make.inspection(lot=lot, stage="re_inspection")
    if case == "no reason":
        reason = "  "
    if case == "?":
        decision = "burn"
    before = Lot.objects.get(pk=lot.pk).state
    with pytest.raises(ValidationError):
        decide_lot(lot=lot, decision=decision, reason=reason, actor=manager)
    assert Lot.objects.get(pk=lot.pk).state == before
