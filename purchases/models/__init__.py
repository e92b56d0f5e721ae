"""Customers, what they bought, and the lots it came from."""

from purchases.models.customers import Customer, CustomerEmail, CustomerPhone
from purchases.models.duplicates import DuplicatePair
from purchases.models.goods import Lot, Product
from purchases.models.marks import EvaluationMark
from purchases.models.orders import Purchase, PurchaseLine, PurchaseQuerySet

__all__ = [
    "Customer",
    "CustomerEmail",
    "CustomerPhone",
    "DuplicatePair",
    "EvaluationMark",
    "Lot",
    "Product",
    "Purchase",
    "PurchaseLine",
    "PurchaseQuerySet",
]
