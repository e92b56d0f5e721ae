"""The pages of the quality room."""

from django.urls import URLPattern, URLResolver, path

from quality.views import (
    bench,
    devices,
    gauges,
    grids,
    inspections,
    knownbad,
    lots,
    nonconformances,
    paper,
    pictures,
    plans,
    reporting,
    sampling,
    serials,
    users,
)

NONCONFORMANCES: list[URLPattern | URLResolver] = [
    path("nonconformances/", nonconformances.nonconformance_list, name="nonconformance_list"),
    path(
        "nonconformances/<int:pk>/", nonconformances.nonconformance_page, name="nonconformance_page"
    ),
    path(
        "nonconformances/<int:pk>/note/",
        nonconformances.nonconformance_note,
        name="nonconformance_note",
    ),
    path(
        "nonconformances/<int:pk>/decide/",
        nonconformances.nonconformance_decide,
        name="nonconformance_decide",
    ),
    path(
        "nonconformances/<int:pk>/act/",
        nonconformances.nonconformance_act,
        name="nonconformance_act",
    ),
    path(
        "nonconformances/<int:pk>/close/",
        nonconformances.nonconformance_close,
        name="nonconformance_close",
    ),
    path(
        "dispositions/<int:pk>/second/",
        nonconformances.disposition_second,
        name="disposition_second",
    ),
    path("actions/<int:pk>/done/", nonconformances.action_finish, name="action_finish"),
    path("actions/<int:pk>/check/", nonconformances.action_check, name="action_check"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("bench/", bench.bench, name="bench"),
    path("bench/change/", users.bench_change, name="bench_change"),
    path("bench/pin/", users.bench_pin, name="bench_pin"),
    path("bench/worker.js", devices.bench_worker, name="bench_worker"),
    path(
        "bench/inspections/<int:pk>/screens/", devices.inspection_screens, name="inspection_screens"
    ),
    path(
        "bench/inspections/<int:pk>/entries/", devices.inspection_entries, name="inspection_entries"
    ),
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
    path("bench/inspections/<int:pk>/table/", grids.inspection_grid, name="inspection_grid"),
    path("bench/results/<int:pk>/photo/", pictures.result_photo, name="result_photo"),
    path("lots/<int:pk>/", lots.lot_page, name="lot_page"),
    path("lots/<int:pk>/label/", paper.lot_label_pdf, name="lot_label"),
    path("lots/<int:pk>/report/", paper.lot_report_pdf, name="lot_report"),
    path("lots/<int:pk>/decide/", lots.lot_decide, name="lot_decide"),
    path("lots/<int:lot_pk>/wrong/", reporting.nonconformance_new, name="nonconformance_new"),
    *NONCONFORMANCES,
    path("purchases/<int:purchase_pk>/lots/", lots.lot_fragment, name="lot_fragment"),
    path("known-bad/", knownbad.known_bad_list, name="known_bad_list"),
    path("known-bad/new/<int:product_pk>/", knownbad.known_bad_new, name="known_bad_new"),
    path("known-bad/<int:pk>/out/", knownbad.known_bad_out, name="known_bad_out"),
    path("serials/", serials.serial_page, name="serial_page"),
    path("serials/<int:lot_pk>/contacts/", serials.serial_contacts, name="serial_contacts"),
    path("gauges/", gauges.gauge_list, name="gauge_list"),
    path("gauges/new/", gauges.gauge_new, name="gauge_new"),
    path("gauges/<int:pk>/", gauges.gauge_edit, name="gauge_edit"),
    path(
        "products/<int:product_pk>/switch/<str:severity>/",
        sampling.switch_agree,
        name="switch_agree",
    ),
    path("plans/lines/<int:pk>/picture/", pictures.plan_picture, name="plan_picture"),
    path("plans/lines/<int:pk>/<str:which>/", pictures.line_picture, name="line_picture"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plans.plan_page, name="plan_page"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/activate/", plans.plan_activate, name="plan_activate"),
    path("plans/<int:pk>/revise/", plans.plan_revise, name="plan_revise"),
]
