"""The pages of the quality room."""

from django.urls import URLPattern, URLResolver, path

from quality.views import bench, inspections, lots, plans

urlpatterns: list[URLPattern | URLResolver] = [
    path("bench/", bench.bench, name="bench"),
    path("bench/open/", bench.inspection_open, name="inspection_open"),
    path("bench/inspections/<int:pk>/", inspections.inspection_page, name="inspection_page"),
    path(
        "bench/inspections/<int:pk>/lines/<int:number>/",
        inspections.inspection_record,
        name="inspection_record",
    ),
    path(
        "bench/inspections/<int:pk>/lines/<int:number>/why/",
        inspections.inspection_explain,
        name="inspection_explain",
    ),
    path(
        "bench/inspections/<int:pk>/lines/<int:number>/clear/",
        inspections.inspection_clear,
        name="inspection_clear",
    ),
    path("bench/inspections/<int:pk>/sign/", inspections.inspection_sign, name="inspection_sign"),
    path(
        "bench/inspections/<int:pk>/maker/", inspections.inspection_maker, name="inspection_maker"
    ),
    path(
        "bench/inspections/<int:pk>/withdraw/",
        inspections.inspection_withdraw,
        name="inspection_withdraw",
    ),
    path(
        "bench/inspections/<int:pk>/correct/",
        inspections.inspection_correct,
        name="inspection_correct",
    ),
    path("lots/<int:pk>/", lots.lot_page, name="lot_page"),
    path("lots/<int:pk>/decide/", lots.lot_decide, name="lot_decide"),
    path("purchases/<int:purchase_pk>/lots/", lots.lot_fragment, name="lot_fragment"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plans.plan_page, name="plan_page"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/activate/", plans.plan_activate, name="plan_activate"),
    path("plans/<int:pk>/revise/", plans.plan_revise, name="plan_revise"),
]
