"""The pair of eyes: asked for when the first signs, settled only by somebody else's signature."""

from helpdesk.lib.frozen import Declared, Frozen, Guard

PAIRS: list[Declared] = [
    Frozen(
        "plan_seconds_frozen",
        "quality_plan",
        ("seconds", "seconds_first", "seconds_changed", "seconds_percent"),
        "an active or retired plan does not change; make a new revision",
        when="OLD.state <> 'draft'",
    ),
    Frozen(
        "inspection_covers_frozen",
        "quality_inspection",
        ("covers",),
        "how much of the lot is inspected is fixed at opening",
    ),
    Frozen(
        "inspection_pair_goes_forward",
        "quality_inspection",
        ("pair",),
        "a pair is asked for when the first signs, then it is signed, or disputed and decided",
        when="OLD.signed_at IS NOT NULL",
        unless=(
            "(OLD.pair = 'owed' AND NEW.pair IN ('disputed', 'settled'))"
            " OR (OLD.pair = 'disputed' AND NEW.pair = 'settled')"
        ),
    ),
    Guard(
        "inspection_pair_asked",
        "quality_inspection",
        (
            "NEW.signed_at IS NOT NULL AND NEW.pair = 'none'"
            " AND NEW.stage IN ('first', 're_inspection') AND EXISTS"
            " (SELECT 1 FROM quality_plan p WHERE p.id = NEW.plan_id AND p.seconds = 'every')"
        ),
        "the plan asks for a second person on every lot",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "inspection_pair_has_its_second",
        "quality_inspection",
        (
            "NEW.pair IN ('disputed', 'settled') AND NOT EXISTS"
            " (SELECT 1 FROM quality_inspection s WHERE s.lot_id = NEW.lot_id"
            " AND s.round = NEW.round AND s.signed_at IS NOT NULL"
            " AND s.inspector_id <> NEW.inspector_id AND (s.stage = 'third'"
            " OR (s.stage = 'second' AND (NEW.pair = 'disputed' OR s.verdict = NEW.verdict))))"
        ),
        "a pair is closed by another person who agrees, or by a third",
        events=("INSERT", "UPDATE"),
    ),
    # In place of the one of the beginning, which knew no pairs in later rounds.
    Guard(
        "inspection_first_is_the_pairs",
        "quality_inspection",
        (
            "NEW.first_id IS NOT NULL AND NEW.first_inspector_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_inspection f WHERE f.id = NEW.first_id"
            " AND f.lot_id = NEW.lot_id AND f.round = NEW.round AND (f.stage = 'first'"
            " OR (f.stage = 're_inspection' AND f.pair <> 'none'))"
            " AND f.signed_at IS NOT NULL AND f.inspector_id = NEW.first_inspector_id)"
        ),
        "the first is the one that opened the same round of the lot, signed by that inspector",
        events=("INSERT",),
    ),
    # Not a CHECK: thirds that were signed before this rule stay as they are.
    Guard(
        "inspection_third_says_why",
        "quality_inspection",
        "NEW.stage = 'third' AND NEW.signed_at IS NOT NULL AND NEW.note = ''",
        "the third, who decides, says why",
        events=("INSERT", "UPDATE"),
    ),
]
