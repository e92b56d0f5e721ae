"""Known-bad units: fixed when they are put in, and never released."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

KNOWN_BAD_TABLE = "quality_knownbad"

KNOWN_BAD: list[Declared] = [
    Frozen(
        "knownbad_frozen",
        KNOWN_BAD_TABLE,
        ("lot_id", "wrong", "note", "put_by_id", "put_at"),
        "what is wrong with a known-bad unit is fixed when it is put in the queue",
    ),
    Frozen(
        "knownbad_taken_out_once",
        KNOWN_BAD_TABLE,
        ("taken_out_at",),
        "a known-bad unit is taken out once",
        when="OLD.taken_out_at IS NOT NULL",
    ),
    NoDelete("knownbad_kept", KNOWN_BAD_TABLE, "a known-bad unit stays on record"),
    Guard(
        "knownbad_of_an_untouched_lot",
        KNOWN_BAD_TABLE,
        (
            "EXISTS (SELECT 1 FROM purchases_lot l WHERE l.id = NEW.lot_id AND l.state <> 'made')"
            " OR EXISTS (SELECT 1 FROM quality_inspection i WHERE i.lot_id = NEW.lot_id)"
            " OR EXISTS (SELECT 1 FROM purchases_purchaseline p WHERE p.lot_id = NEW.lot_id)"
        ),
        "a known-bad unit is a lot that nobody has inspected or bought",
        events=("INSERT",),
    ),
    Guard(
        "lot_known_bad_not_released",
        "purchases_lot",
        (
            "NEW.state = 'released' AND EXISTS"
            " (SELECT 1 FROM quality_knownbad k WHERE k.lot_id = NEW.id)"
        ),
        "a known-bad unit is never released",
        events=("UPDATE",),
    ),
    Guard(
        "lotpart_known_bad_not_released",
        "quality_lotpart",
        (
            "NEW.outcome = 'released' AND EXISTS"
            " (SELECT 1 FROM quality_knownbad k WHERE k.lot_id = NEW.lot_id)"
        ),
        "a known-bad unit is never released",
        events=("INSERT",),
    ),
]
