"""Entries of devices: only of who inspects, none left out, and kept as they were answered."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

ENTRY = "quality_deviceentry"

DEVICES: list[Declared] = [
    Guard(
        "device_entry_of_the_inspector",
        ENTRY,
        (
            "NEW.person_id <> (SELECT i.inspector_id FROM quality_inspection i"
            " WHERE i.id = NEW.inspection_id)"
        ),
        "an entry is taken only from who inspects",
        events=("INSERT",),
    ),
    Guard(
        "device_entry_in_order",
        ENTRY,
        (
            "NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM quality_deviceentry e"
            " WHERE e.inspection_id = NEW.inspection_id AND e.device = NEW.device"
            " AND e.seq = NEW.seq - 1)"
        ),
        "an earlier entry of this device is missing",
        events=("INSERT",),
    ),
    Frozen(
        "device_entry_frozen",
        ENTRY,
        ("device", "inspection_id", "seq", "person_id", "kind", "number", "refusal", "received_at"),
        "what became of an entry does not change",
    ),
    NoDelete("device_entry_kept", ENTRY, "what a device sent is kept"),
]
