"""What a lot may become, and who may decide it."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

LOT = "purchases_lot"
PART = "quality_lotpart"

# In force: signed, and not replaced by a signed correction. ``{lot}`` is the key of the lot.
_SIGNED = (
    "SELECT 1 FROM quality_inspection i WHERE i.lot_id = {lot} AND i.signed_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM quality_inspection c"
    " WHERE c.corrects_id = i.id AND c.signed_at IS NOT NULL)"
)
_LAST = (
    " AND NOT EXISTS (SELECT 1 FROM quality_inspection n WHERE n.lot_id = {lot}"
    " AND n.signed_at IS NOT NULL AND n.round > i.round)"
)
# The last round says pass (a third decides, else nobody found it wrong), and no pair is open.
PASSED = (
    f"(NOT EXISTS ({_SIGNED} AND i.pair IN ('owed', 'disputed')) AND"
    f" (EXISTS ({_SIGNED}{_LAST} AND i.stage = 'third' AND i.verdict = 'pass')"
    f" OR (EXISTS ({_SIGNED}{_LAST} AND i.verdict = 'pass')"
    f" AND NOT EXISTS ({_SIGNED}{_LAST} AND i.verdict = 'fail'))))"
)
# Every part of it was decided, some of them released: each was checked when it was written.
DECIDED = (
    "(NEW.quantity IS NOT NULL AND NEW.quantity_released > 0"
    " AND NEW.quantity_released + NEW.quantity_rejected = NEW.quantity)"
)
# A concession counts only for the state it was given in, and not past a later signature.
CONCEDED = (
    "EXISTS (SELECT 1 FROM quality_lotpart p WHERE p.lot_id = NEW.id AND p.concession = true"
    " AND p.outcome = 'released' AND p.decided_at >= OLD.state_since AND NOT EXISTS"
    " (SELECT 1 FROM quality_inspection s WHERE s.lot_id = NEW.id"
    " AND s.signed_at > p.decided_at))"
)

LOTS: list[Declared] = [
    Guard(
        "lot_begins_unreleased",
        LOT,
        "NEW.state = 'released'",
        "a lot is released by its inspections, not at its making",
        events=("INSERT",),
    ),
    Guard(
        "lot_released_when_passed",
        LOT,
        (
            "NEW.state = 'released' AND OLD.state IS DISTINCT FROM 'released'"
            f" AND NOT ({PASSED.format(lot='NEW.id')} OR {CONCEDED} OR {DECIDED})"
        ),
        "a lot is released when its last round passed and no pair is open, or by concession",
        events=("UPDATE",),
    ),
    Guard(
        "lot_parts_are_decided",
        LOT,
        (
            "(NEW.quantity_released, NEW.quantity_rejected)"
            " IS DISTINCT FROM (OLD.quantity_released, OLD.quantity_rejected) AND"
            " (NEW.quantity_released <> (SELECT coalesce(sum(p.quantity), 0)"
            " FROM quality_lotpart p WHERE p.lot_id = NEW.id AND p.outcome = 'released')"
            " OR NEW.quantity_rejected <> (SELECT coalesce(sum(p.quantity), 0)"
            " FROM quality_lotpart p WHERE p.lot_id = NEW.id AND p.outcome = 'rejected'))"
        ),
        "the quantities of a lot are the sums of its parts",
        events=("UPDATE",),
    ),
    Frozen(
        "lotpart_frozen",
        PART,
        (
            "lot_id",
            "outcome",
            "quantity",
            "serials",
            "concession",
            "reason",
            "inspection_id",
            "decided_by_id",
            "decided_at",
        ),
        "what was decided on a part of a lot does not change",
    ),
    NoDelete("lotpart_kept", PART, "what was decided on a part of a lot is kept"),
    Guard(
        "lotpart_released_when_passed",
        PART,
        (
            "NEW.outcome = 'released' AND NEW.concession = false"
            f" AND NOT {PASSED.format(lot='NEW.lot_id')}"
        ),
        "a part is released when its round passed and no pair is open, or by concession",
        events=("INSERT",),
    ),
    Guard(
        "lotpart_waits_for_the_pair",
        PART,
        (
            "NEW.outcome = 'released' AND"
            f" EXISTS ({_SIGNED.format(lot='NEW.lot_id')} AND i.pair IN ('owed', 'disputed'))"
        ),
        "nothing is released while a second or third person is owed",
        events=("INSERT",),
    ),
    Guard(
        "lotpart_conceded_by_another",
        PART,
        (
            "NEW.concession = true AND (NOT EXISTS (SELECT 1 FROM accounts_user u"
            " WHERE u.id = NEW.decided_by_id AND u.manager_access = 2)"
            " OR EXISTS (SELECT 1 FROM purchases_lot l"
            " WHERE l.id = NEW.lot_id AND l.maker_id = NEW.decided_by_id)"
            " OR EXISTS (SELECT 1 FROM quality_inspection i"
            " WHERE i.lot_id = NEW.lot_id AND i.inspector_id = NEW.decided_by_id))"
        ),
        "a concession is given by a manager who neither made nor inspected the lot",
        events=("INSERT",),
    ),
    Guard(
        "lotpart_within_lot",
        PART,
        (
            "NEW.quantity IS NOT NULL AND NEW.quantity + (SELECT coalesce(sum(p.quantity), 0)"
            " FROM quality_lotpart p WHERE p.lot_id = NEW.lot_id)"
            " > coalesce((SELECT l.quantity FROM purchases_lot l WHERE l.id = NEW.lot_id), 0)"
        ),
        "the parts of a lot are no more than was made",
        events=("INSERT",),
    ),
]
