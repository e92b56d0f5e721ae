from helpdesk.lib.facts import show_facts
from purchases.models import (
    Customer,
    CustomerEmail,
    CustomerPhone,
    Lot,
    Product,
    Purchase,
    PurchaseLine,
)

show_facts(Customer, CustomerEmail, CustomerPhone, Lot, Product, Purchase, PurchaseLine)
