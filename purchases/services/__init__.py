"""Writes of the purchases room; nothing else writes its tables."""

from purchases.services.clocks import apply_clock, reset_clocks, reset_clocks_when_due
from purchases.services.counters import Counters, write_counters
from purchases.services.customers import CustomerDraft, save_customer
from purchases.services.duplicates import compare_customers, dismiss_pair
from purchases.services.flags import (
    set_broken_promises,
    set_flag_state,
    set_handoffs,
    set_last_score,
    set_last_scores,
)
from purchases.services.goods import (
    LotDraft,
    ProductDraft,
    add_lot_part,
    save_lot,
    save_product,
    set_lot_state,
)
from purchases.services.marks import mark_for_evaluation, settle_marks
from purchases.services.merging import fold_customer, unfold_customer
from purchases.services.orders import LineDraft, PurchaseDraft, save_purchase

__all__ = [
    "Counters",
    "CustomerDraft",
    "LineDraft",
    "LotDraft",
    "ProductDraft",
    "PurchaseDraft",
    "add_lot_part",
    "apply_clock",
    "compare_customers",
    "dismiss_pair",
    "fold_customer",
    "mark_for_evaluation",
    "reset_clocks",
    "reset_clocks_when_due",
    "save_customer",
    "save_lot",
    "save_product",
    "save_purchase",
    "set_broken_promises",
    "set_flag_state",
    "set_handoffs",
    "set_last_score",
    "set_last_scores",
    "set_lot_state",
    "settle_marks",
    "unfold_customer",
    "write_counters",
]
