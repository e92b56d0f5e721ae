"""The rows of the access table for plans, lots and inspections."""

from typing import Any

from tests.access_page import (
    ADMIN,
    AGENT,
    INSPECTOR,
    MANAGER,
    MANAGERS,
    Page,
    of,
    only,
    post_only,
)

INSPECTING: dict[str, Any] = {
    "args": lambda world, person: (world.inspection(person).pk,),
    "foreign": lambda world, _person: (world.inspection(world.inspector).pk,),
}

BENCH: dict[str, Page] = {
    # Quality: plans and lots for both, an open inspection for who does it
    "bench": only(INSPECTOR, MANAGER),
    "inspection_open": only(INSPECTOR, MANAGER, post=True),
    "lot_page": only(INSPECTOR, MANAGER, args=of("lot")),
    "lot_label": only(INSPECTOR, MANAGER, args=of("lot")),
    "lot_report": only(INSPECTOR, MANAGER, args=of("lot")),
    "lot_decide": post_only(MANAGER, args=of("lot")),
    "lot_fragment": only(AGENT, MANAGER, args=of("purchase")),
    "nonconformance_new": only(AGENT, INSPECTOR, MANAGER, post=True, args=of("lot")),
    "nonconformance_list": only(INSPECTOR, MANAGER),
    "nonconformance_page": only(INSPECTOR, MANAGER, args=of("nonconformance")),
    "nonconformance_note": post_only(INSPECTOR, MANAGER, args=of("nonconformance")),
    "nonconformance_decide": post_only(MANAGER, args=of("nonconformance")),
    "nonconformance_act": post_only(MANAGER, args=of("nonconformance")),
    "nonconformance_close": post_only(MANAGER, args=of("nonconformance")),
    "disposition_second": post_only(MANAGER, args=of("disposition")),
    "action_finish": post_only(INSPECTOR, MANAGER, args=of("action")),
    "action_check": post_only(MANAGER, args=of("action")),
    "inspection_figures": only(MANAGER),
    "inspection_export": only(MANAGER),
    "inspection_xlsx": post_only(MANAGER),
    "bench_worker": only(INSPECTOR, MANAGER),
    "inspection_screens": only(INSPECTOR, MANAGER, **INSPECTING),
    "inspection_entries": post_only(INSPECTOR, MANAGER, answers=frozenset({400}), **INSPECTING),
    "bench_change": only(INSPECTOR, MANAGER, post=True),
    "bench_pin": only(INSPECTOR, post=True),
    "serial_page": only(AGENT, INSPECTOR, MANAGER),
    "serial_contacts": only(AGENT, MANAGER, args=of("lot")),
    "known_bad_list": only(MANAGER),
    "known_bad_new": only(MANAGER, post=True, args=of("product")),
    "known_bad_out": post_only(MANAGER, args=of("known_bad")),
    "gauge_list": only(INSPECTOR, MANAGER),
    "gauge_new": only(MANAGER, post=True),
    "gauge_edit": only(MANAGER, post=True, args=of("gauge")),
    "switch_agree": post_only(MANAGER, args=lambda world, _person: (world.product.pk, "major")),
    "plan_picture": post_only(MANAGER, args=of("draft_line")),
    "line_picture": only(
        INSPECTOR, MANAGER, args=lambda world, _person: (world.pictured_line.pk, "good")
    ),
    "result_photo": only(INSPECTOR, MANAGER, args=of("photo_result")),
    "inspection_grid": only(
        INSPECTOR,
        MANAGER,
        post=True,
        args=lambda world, person: (world.sample_inspection(person).pk,),
        foreign=lambda world, _person: (world.sample_inspection(world.inspector).pk,),
    ),
    "plan_list": only(INSPECTOR, MANAGER, ADMIN),
    "plan_new": only(MANAGER, post=True),
    "plan_page": only(INSPECTOR, MANAGER, ADMIN, args=of("plan")),
    "plan_edit": only(MANAGER, post=True, args=of("draft_plan")),
    "plan_activate": post_only(MANAGER, ADMIN, args=of("draft_plan")),
    "plan_revise": post_only(MANAGER, args=of("plan")),
    "inspection_page": only(INSPECTOR, MANAGER, see_all=MANAGERS, **INSPECTING),
    "inspection_sign": only(INSPECTOR, MANAGER, post=True, **INSPECTING),
    "inspection_withdraw": post_only(INSPECTOR, MANAGER, see_all=MANAGERS, **INSPECTING),
    "inspection_maker": post_only(INSPECTOR, MANAGER, **INSPECTING),
    "inspection_correct": post_only(INSPECTOR, MANAGER, args=of("signed")),
    **{
        name: post_only(
            INSPECTOR,
            MANAGER,
            args=lambda world, person: (world.inspection(person).pk, 1),
            foreign=lambda world, _person: (world.inspection(world.inspector).pk, 1),
        )
        for name in ("inspection_record", "inspection_explain", "inspection_clear")
    },
}
