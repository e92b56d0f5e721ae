"""Units and samples: a verdict is what the counted units say, and sizes are fixed at the opening."""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

INSPECTION = "quality_inspection"
RESULT = "quality_result"
PLAN = "quality_plan"
SIZE = "quality_samplesize"

# A class is refused from its rejection number on; without a sampling plan by one bad unit.
REFUSED = (
    "EXISTS (SELECT 1 FROM (SELECT c.severity AS severity, count(DISTINCT r.sample) AS bad"
    " FROM quality_result r JOIN quality_characteristic c ON c.id = r.characteristic_id"
    " WHERE r.inspection_id = NEW.id AND r.conforms = false GROUP BY c.severity) b"
    " WHERE b.bad >= coalesce((SELECT z.reject FROM quality_samplesize z"
    " WHERE z.inspection_id = NEW.id AND z.severity = b.severity), 1))"
)

SAMPLING: list[Declared] = [
    Frozen(
        "plan_sampling_frozen",
        PLAN,
        (
            "category",
            "sampling",
            "sampling_number",
            "level",
            "aql_critical",
            "aql_major",
            "aql_minor",
            "approved_by_id",
        ),
        "an active or retired plan does not change; make a new revision",
        when="OLD.state <> 'draft'",
    ),
    Guard(
        "plan_approved_when_activated",
        PLAN,
        (
            "OLD.state = 'draft' AND NEW.state = 'active' AND (NEW.approved_by_id IS NULL"
            " OR NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.approved_by_id"
            " AND (u.manager_access = 2 OR u.admin_access = 2)))"
        ),
        "a plan is approved by a manager or admin who did not write it",
        events=("UPDATE",),
    ),
    # In place of the one of the beginning: a plan may be that of a category, and a lot begun by a
    # plan goes on by it whatever becomes of the product's category.
    Guard(
        "inspection_plan_is_the_products",
        INSPECTION,
        (
            "NEW.plan_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_plan p JOIN purchases_lot l ON l.id = NEW.lot_id"
            " JOIN purchases_product g ON g.id = l.product_id"
            " WHERE p.id = NEW.plan_id AND p.state <> 'draft' AND (p.product_id = g.id"
            " OR (p.product_id IS NULL AND p.category = g.category)))"
            " AND NOT EXISTS (SELECT 1 FROM quality_inspection i"
            " WHERE i.lot_id = NEW.lot_id AND i.plan_id = NEW.plan_id)"
        ),
        "the plan is one of the lot's product or category and was approved",
        events=("INSERT",),
    ),
    Guard(
        "inspection_required_recorded",
        INSPECTION,
        (
            "NEW.signed_at IS NOT NULL AND NOT (NEW.units > 1 AND REFUSED) AND EXISTS"
            " (SELECT 1 FROM quality_characteristic c WHERE c.plan_id = NEW.plan_id"
            " AND c.required = true AND (SELECT count(*) FROM quality_result r"
            " WHERE r.inspection_id = NEW.id AND r.characteristic_id = c.id)"
            " < coalesce((SELECT z.size FROM quality_samplesize z"
            " WHERE z.inspection_id = NEW.id AND z.severity = c.severity), NEW.units))"
        ).replace("REFUSED", REFUSED),
        "a required characteristic has no result",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "inspection_verdict_fits_results",
        INSPECTION,
        (
            "NEW.signed_at IS NOT NULL AND NEW.plan_id IS NOT NULL AND ("
            "NOT EXISTS (SELECT 1 FROM quality_result r WHERE r.inspection_id = NEW.id)"
            " OR (NEW.verdict = 'fail') <> REFUSED)"
        ).replace("REFUSED", REFUSED),
        "the verdict is not what the results say",
        events=("INSERT", "UPDATE"),
    ),
    Frozen(
        "inspection_units_frozen",
        INSPECTION,
        ("units",),
        "how many units are inspected is fixed at opening",
    ),
    Guard(
        "result_within_units",
        RESULT,
        ("NEW.sample > (SELECT i.units FROM quality_inspection i WHERE i.id = NEW.inspection_id)"),
        "there are not so many units in this inspection",
        events=("INSERT", "UPDATE"),
    ),
    Frozen(
        "samplesize_frozen",
        SIZE,
        ("inspection_id", "severity", "taken", "letter", "aql", "size", "accept", "reject"),
        "how many are inspected and may be bad is fixed at opening",
    ),
    Frozen(
        "samplesize_counted_once",
        SIZE,
        ("counted_at",),
        "a lot is counted once for switching",
        when="OLD.counted_at IS NOT NULL",
    ),
    NoDelete("samplesize_kept", SIZE, "how many were inspected is kept"),
]
