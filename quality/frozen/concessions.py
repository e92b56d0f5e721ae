"""A concession is about what somebody else has found: one person alone releases nothing."""

from helpdesk.lib.frozen import Declared, Guard

CONCESSIONS: list[Declared] = [
    Guard(
        "lotpart_conceded_after_inspection",
        "quality_lotpart",
        (
            "NEW.concession = true AND NOT EXISTS (SELECT 1 FROM quality_inspection i"
            " WHERE i.lot_id = NEW.lot_id AND i.signed_at IS NOT NULL)"
            " AND EXISTS (SELECT 1 FROM purchases_lot l"
            " JOIN purchases_product g ON g.id = l.product_id"
            " JOIN quality_plan p ON p.state = 'active' AND (p.product_id = g.id"
            " OR (p.product_id IS NULL AND p.category = g.category))"
            " WHERE l.id = NEW.lot_id)"
        ),
        "a lot that has a plan is released by concession only after somebody inspected it",
        events=("INSERT",),
    ),
]
