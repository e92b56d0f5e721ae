"""What was found wrong stays as it was found; who decides on it is not who made it."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

FOUND = "quality_nonconformance"
DISPOSITION = "quality_disposition"
ACTION = "quality_correctiveaction"
_FINDING = (
    "lot_id",
    "source",
    "inspection_id",
    "flag_id",
    "interaction_id",
    "fault",
    "fault_folded",
    "what",
    "severity",
    "quantity",
    "found_by_id",
    "found_at",
)
_NO_MANAGER = (
    "NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.{who} AND u.manager_access = 2)"
)
_IS_MAKER = (
    "EXISTS (SELECT 1 FROM quality_nonconformance n JOIN purchases_lot l ON l.id = n.lot_id"
    " WHERE n.id = NEW.nonconformance_id AND l.maker_id = NEW.{who})"
)
_DECIDED = (
    "SELECT coalesce(sum(d.quantity), 0) FROM quality_disposition d"
    " WHERE d.nonconformance_id = NEW.id"
    " AND (NEW.severity <> 'critical' OR d.seconded_at IS NOT NULL)"
)

NONCONFORMANCES: list[Declared] = [
    Frozen("nonconformance_found_frozen", FOUND, _FINDING, "what was found does not change"),
    Frozen(
        "nonconformance_closed_frozen",
        FOUND,
        ("containment", "cause", "closed_by_id", "closed_at", "version"),
        "a closed nonconformance does not change; what is found again is a new one",
        when="OLD.closed_at IS NOT NULL",
    ),
    NoDelete("nonconformance_kept", FOUND, "what was found is kept"),
    Guard(
        "nonconformance_closed_when_checked",
        FOUND,
        (
            "NEW.closed_at IS NOT NULL AND ((DECIDED) <> NEW.quantity"
            " OR NOT EXISTS (SELECT 1 FROM quality_correctiveaction a"
            " WHERE a.nonconformance_id = NEW.id AND a.worked = true)"
            " OR EXISTS (SELECT 1 FROM quality_correctiveaction a"
            " WHERE a.nonconformance_id = NEW.id AND a.checked_on IS NULL))"
        ).replace("DECIDED", _DECIDED),
        "closed only when all of it is decided and an action was checked and helped",
        events=("INSERT", "UPDATE"),
    ),
    Frozen(
        "disposition_frozen",
        DISPOSITION,
        ("nonconformance_id", "kind", "quantity", "reason", "decided_by_id", "decided_at"),
        "what was decided does not change",
    ),
    Frozen(
        "disposition_seconded_once",
        DISPOSITION,
        ("seconded_by_id", "seconded_at"),
        "the second signature does not change",
        when="OLD.seconded_at IS NOT NULL",
    ),
    NoDelete("disposition_kept", DISPOSITION, "what was decided is kept"),
    Guard(
        "disposition_by_the_authorised",
        DISPOSITION,
        f"{_NO_MANAGER.format(who='decided_by_id')} OR {_IS_MAKER.format(who='decided_by_id')}",
        "a disposition is decided by a manager who did not make the lot",
        events=("INSERT",),
    ),
    Guard(
        "disposition_seconded_by_the_authorised",
        DISPOSITION,
        (
            "NEW.seconded_by_id IS NOT NULL AND"
            f" ({_NO_MANAGER.format(who='seconded_by_id')}"
            f" OR {_IS_MAKER.format(who='seconded_by_id')})"
        ),
        "the second signature is that of a manager who did not make the lot",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "disposition_within_found",
        DISPOSITION,
        (
            "NEW.quantity + (SELECT coalesce(sum(d.quantity), 0) FROM quality_disposition d"
            " WHERE d.nonconformance_id = NEW.nonconformance_id) >"
            " (SELECT n.quantity FROM quality_nonconformance n WHERE n.id = NEW.nonconformance_id)"
        ),
        "no more is decided on than was found",
        events=("INSERT",),
    ),
    Guard(
        "disposition_of_an_open_one",
        DISPOSITION,
        (
            "EXISTS (SELECT 1 FROM quality_nonconformance n"
            " WHERE n.id = NEW.nonconformance_id AND n.closed_at IS NOT NULL)"
        ),
        "a closed nonconformance takes no more decisions",
        events=("INSERT",),
    ),
    Frozen(
        "correctiveaction_frozen",
        ACTION,
        (
            "nonconformance_id",
            "what",
            "owner_id",
            "due_on",
            "measure",
            "check_on",
            "made_by_id",
            "made_at",
        ),
        "what was agreed does not change; agree on another action",
    ),
    Frozen(
        "correctiveaction_checked_once",
        ACTION,
        ("done_on", "checked_on", "checked_by_id", "worked", "finding"),
        "what was seen does not change",
        when="OLD.checked_on IS NOT NULL",
    ),
    NoDelete("correctiveaction_kept", ACTION, "what was agreed is kept"),
]
