"""Plans, inspections, results and makers: the triggers that the first migrations install.

Frozen ones speak only of columns that were there from the beginning; later columns have their own
beside this file. Conditions that name NEW instead of {row} judge only the row as it would be: a stale copy may
always be put right.
"""

from helpdesk.lib.frozen import Declared, Frozen, Guard, NoDelete

INSPECTION = "quality_inspection"
RESULT = "quality_result"
PLAN = "quality_plan"
CHARACTERISTIC = "quality_characteristic"
LOT = "purchases_lot"

PLANS: list[Declared] = [
    Frozen(
        "plan_active_frozen",
        PLAN,
        ("product_id", "revision", "note", "made_by_id", "made_at", "activated_at"),
        "an active or retired plan does not change; make a new revision",
        when="OLD.state <> 'draft'",
    ),
    Frozen(
        "plan_state_goes_forward",
        PLAN,
        ("state",),
        "a plan goes from draft to active to retired",
        unless=(
            "(OLD.state = 'draft' AND NEW.state = 'active')"
            " OR (OLD.state = 'active' AND NEW.state = 'retired')"
        ),
    ),
    Frozen(
        "plan_retired_once",
        PLAN,
        ("retired_at",),
        "the moment a plan was retired does not change",
        when="OLD.retired_at IS NOT NULL",
    ),
    NoDelete("plan_kept", PLAN, "a plan that was active is kept", when="OLD.state <> 'draft'"),
    Guard(
        "plan_begins_as_draft",
        PLAN,
        "NEW.state <> 'draft'",
        "a plan begins as a draft",
        events=("INSERT",),
    ),
    Guard(
        "plan_active_has_lines",
        PLAN,
        (
            "NEW.state = 'active' AND NOT EXISTS"
            " (SELECT 1 FROM quality_characteristic c WHERE c.plan_id = NEW.id)"
        ),
        "a plan without characteristics cannot be active",
        events=("UPDATE",),
    ),
    Guard(
        "characteristic_of_draft_only",
        CHARACTERISTIC,
        ("EXISTS (SELECT 1 FROM quality_plan p WHERE p.id = {row}.plan_id AND p.state <> 'draft')"),
        "the characteristics of an active or retired plan do not change",
    ),
]

INSPECTIONS: list[Declared] = [
    Frozen(
        "inspection_signed_frozen",
        INSPECTION,
        ("maker_id", "signed_at", "verdict", "note", "withdrawn_at", "version"),
        "a signed inspection does not change; make a correction",
        when="OLD.signed_at IS NOT NULL",
    ),
    Frozen(
        "inspection_identity_frozen",
        INSPECTION,
        (
            "id",
            "external_id",
            "lot_id",
            "plan_id",
            "stage",
            "round",
            "inspector_id",
            "first_id",
            "first_inspector_id",
            "second_inspector_id",
            "opened_at",
            "corrects_id",
        ),
        "what is inspected, by whom and as which pair of eyes is fixed at opening",
    ),
    Frozen(
        "inspection_withdrawn_frozen",
        INSPECTION,
        ("maker_id", "signed_at", "verdict", "note", "withdrawn_at", "version"),
        "a withdrawn inspection does not change",
        when="OLD.withdrawn_at IS NOT NULL",
    ),
    NoDelete(
        "inspection_signed_kept",
        INSPECTION,
        "a signed inspection is kept",
        when="OLD.signed_at IS NOT NULL",
    ),
    Guard(
        "inspection_maker_is_the_lots",
        INSPECTION,
        (
            "(NEW.signed_at IS NOT NULL OR NEW.maker_id IS NOT NULL) AND NEW.maker_id"
            " IS DISTINCT FROM (SELECT l.maker_id FROM purchases_lot l WHERE l.id = NEW.lot_id)"
        ),
        "the maker is the one of the lot",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "inspection_inspector_is_no_maker",
        INSPECTION,
        (
            "EXISTS (SELECT 1 FROM purchases_lot l"
            " WHERE l.id = NEW.lot_id AND l.maker_id = NEW.inspector_id)"
        ),
        "nobody inspects what they made",
        events=("INSERT",),
    ),
    Guard(
        "inspection_first_is_the_pairs",
        INSPECTION,
        (
            "NEW.first_id IS NOT NULL AND NEW.first_inspector_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_inspection f WHERE f.id = NEW.first_id"
            " AND f.lot_id = NEW.lot_id AND f.round = NEW.round AND f.stage = 'first'"
            " AND f.signed_at IS NOT NULL AND f.inspector_id = NEW.first_inspector_id)"
        ),
        "the first is a signed first inspection of the same lot and round, by that inspector",
        events=("INSERT",),
    ),
    Guard(
        "inspection_second_is_the_pairs",
        INSPECTION,
        (
            "NEW.second_inspector_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_inspection s WHERE s.first_id = NEW.first_id"
            " AND s.stage = 'second' AND s.signed_at IS NOT NULL"
            " AND s.inspector_id = NEW.second_inspector_id)"
        ),
        "the second inspector is the one who signed as second",
        events=("INSERT",),
    ),
    # Imports may bring several seconds of one first: a third is none of them.
    Guard(
        "inspection_third_was_no_second",
        INSPECTION,
        (
            "NEW.stage = 'third' AND EXISTS"
            " (SELECT 1 FROM quality_inspection s WHERE s.first_id = NEW.first_id"
            " AND s.stage = 'second' AND s.withdrawn_at IS NULL"
            " AND s.inspector_id = NEW.inspector_id)"
        ),
        "the third is none of the seconds",
        events=("INSERT",),
    ),
    Guard(
        "inspection_correction_of_the_same",
        INSPECTION,
        (
            "NEW.corrects_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_inspection o WHERE o.id = NEW.corrects_id"
            " AND o.signed_at IS NOT NULL AND o.lot_id = NEW.lot_id AND o.stage = NEW.stage"
            " AND o.round = NEW.round AND o.inspector_id = NEW.inspector_id"
            " AND coalesce(o.first_id, 0) = coalesce(NEW.first_id, 0))"
        ),
        "a correction is of a signed inspection, by the same person, of the same lot and stage",
        events=("INSERT",),
    ),
    Guard(
        "inspection_plan_is_the_products",
        INSPECTION,
        (
            "NEW.plan_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM quality_plan p JOIN purchases_lot l ON l.product_id = p.product_id"
            " WHERE p.id = NEW.plan_id AND l.id = NEW.lot_id AND p.state <> 'draft')"
        ),
        "the plan is one of the lot's product and was approved",
        events=("INSERT",),
    ),
    Guard(
        "inspection_required_recorded",
        INSPECTION,
        (
            "NEW.signed_at IS NOT NULL AND EXISTS"
            " (SELECT 1 FROM quality_characteristic c WHERE c.plan_id = NEW.plan_id"
            " AND c.required = true AND NOT EXISTS (SELECT 1 FROM quality_result r"
            " WHERE r.inspection_id = NEW.id AND r.characteristic_id = c.id))"
        ),
        "a required characteristic has no result",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "inspection_verdict_fits_results",
        INSPECTION,
        (
            "NEW.signed_at IS NOT NULL AND NEW.plan_id IS NOT NULL AND ("
            "NOT EXISTS (SELECT 1 FROM quality_result r WHERE r.inspection_id = NEW.id)"
            " OR (NEW.verdict = 'fail') <> EXISTS (SELECT 1 FROM quality_result r"
            " WHERE r.inspection_id = NEW.id AND r.conforms = false))"
        ),
        "the verdict is not what the results say",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "result_of_open_inspection",
        RESULT,
        (
            "EXISTS (SELECT 1 FROM quality_inspection i WHERE i.id = {row}.inspection_id"
            " AND (i.signed_at IS NOT NULL OR i.withdrawn_at IS NOT NULL))"
        ),
        "the results of a signed inspection do not change",
    ),
    Guard(
        "result_of_the_plan",
        RESULT,
        (
            "NOT EXISTS (SELECT 1 FROM quality_inspection i"
            " JOIN quality_characteristic c ON c.plan_id = i.plan_id"
            " WHERE i.id = NEW.inspection_id AND c.id = NEW.characteristic_id)"
        ),
        "the characteristic is not in the inspection's plan",
        events=("INSERT", "UPDATE"),
    ),
]

LOTS: list[Declared] = [
    # From unknown to known is no change of maker: without it nothing could be signed.
    Guard(
        "lot_maker_kept_once_inspected",
        LOT,
        (
            "OLD.maker_id IS NOT NULL AND OLD.maker_id IS DISTINCT FROM NEW.maker_id"
            " AND EXISTS (SELECT 1 FROM quality_inspection i WHERE i.lot_id = OLD.id)"
        ),
        "the maker of a lot does not change once it is inspected",
        events=("UPDATE",),
    ),
    Guard(
        "lot_maker_did_not_inspect",
        LOT,
        (
            "NEW.maker_id IS NOT NULL AND NEW.maker_id IS DISTINCT FROM OLD.maker_id"
            " AND EXISTS (SELECT 1 FROM quality_inspection i"
            " WHERE i.lot_id = NEW.id AND i.inspector_id = NEW.maker_id)"
        ),
        "the maker of a lot cannot be one of its inspectors",
        events=("UPDATE",),
    ),
]

FIRST: list[Declared] = [*PLANS, *INSPECTIONS, *LOTS]
