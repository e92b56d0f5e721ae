"""The product of an inspection is its lot's: copied at the opening, and neither changes after."""

from helpdesk.lib.frozen import Declared, Frozen, Guard

PRODUCTS: list[Declared] = [
    Guard(
        "inspection_product_is_the_lots",
        "quality_inspection",
        (
            "NEW.product_id IS DISTINCT FROM"
            " (SELECT l.product_id FROM purchases_lot l WHERE l.id = NEW.lot_id)"
        ),
        "the product of an inspection is the one of its lot",
        events=("INSERT",),
    ),
    Frozen(
        "inspection_product_frozen",
        "quality_inspection",
        ("product_id",),
        "what is inspected is fixed at opening",
    ),
    Guard(
        "lot_product_kept_once_inspected",
        "purchases_lot",
        (
            "OLD.product_id <> NEW.product_id AND EXISTS"
            " (SELECT 1 FROM quality_inspection i WHERE i.lot_id = OLD.id)"
        ),
        "the product of a lot does not change once it is inspected",
        events=("UPDATE",),
    ),
]
