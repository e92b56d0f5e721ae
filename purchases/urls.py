from django.urls import URLPattern, URLResolver, path

from purchases.views import customers, duplicates, goods, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("purchases/", orders.purchase_list, name="purchase_list"),
    path("purchases/new/", orders.purchase_new, name="purchase_new"),
    path("purchases/<int:pk>/edit/", orders.purchase_edit, name="purchase_edit"),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path(
        "customers/duplicates/<int:pk>/dismiss/",
        duplicates.duplicate_dismiss,
        name="duplicate_dismiss",
    ),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("products/", goods.product_list, name="product_list"),
    path("products/new/", goods.product_new, name="product_new"),
    path("products/<int:pk>/edit/", goods.product_edit, name="product_edit"),
    path("lots/", goods.lot_list, name="lot_list"),
    path("lots/new/", goods.lot_new, name="lot_new"),
    path("lots/<int:pk>/edit/", goods.lot_edit, name="lot_edit"),
]
