"""The rows of the access table for the procedures."""

from tests.access_page import (
    ADMIN,
    AGENT,
    MANAGER,
    Page,
    everyone,
    of,
    only,
    post_only,
)

MANUAL: dict[str, Page] = {
    "procedure_list": everyone(),
    "procedure_new": only(MANAGER, ADMIN, post=True),
    "coverage": only(MANAGER, ADMIN),
    "procedures_export": only(MANAGER, ADMIN),
    "procedures_import": only(MANAGER, ADMIN, post=True),
    "procedure_helping": only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_file": only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_page": everyone(args=of("procedure")),
    "procedure_edit": only(MANAGER, ADMIN, post=True, args=of("procedure")),
    "procedure_retire": post_only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_restore": post_only(MANAGER, ADMIN, args=of("procedure")),
    "draft_start": post_only(MANAGER, ADMIN, args=of("procedure")),
    "picture_add": post_only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_picture": everyone(args=of("procedure_picture")),
    "version_page": everyone(args=of("live_version")),
    "to_read": everyone(),
    "version_confirm": everyone(get=False, post=True, args=of("live_version")),
    "version_readers": only(MANAGER, ADMIN, post=True, args=of("live_version")),
    "version_print": everyone(args=of("live_version")),
    "version_diff": everyone(args=of("live_version")),
    "draft_edit": only(MANAGER, ADMIN, post=True, args=of("draft_version")),
    "draft_publish": post_only(MANAGER, ADMIN, args=of("draft_version")),
    "draft_discard": post_only(MANAGER, ADMIN, args=of("draft_version")),
    "step_new": only(MANAGER, ADMIN, post=True, args=of("draft_version")),
    "step_edit": only(
        MANAGER, ADMIN, post=True, args=lambda world, _person: (world.draft_version.pk, 1)
    ),
    "step_move": post_only(MANAGER, ADMIN, args=lambda world, _person: (world.draft_version.pk, 1)),
    "deviation_list": only(MANAGER, ADMIN),
    "deviation_report": only(MANAGER, ADMIN),
    "deviation_page": only(AGENT, MANAGER, ADMIN, post=True, args=of("deviation")),
    "run_page": only(AGENT, MANAGER, args=of("run")),
    "step_record": post_only(
        AGENT, MANAGER, args=lambda world, _person: (world.run.pk, world.deviation.step_id)
    ),
    "step_begin": post_only(
        AGENT,
        MANAGER,
        args=lambda world, _person: (world.deviation.step_id,),
        answers=frozenset({404}),
    ),
    "call_procedures": only(AGENT, MANAGER, answers=frozenset({404})),
    "call_run_start": post_only(AGENT, MANAGER, answers=frozenset({404})),
    "record_photo": only(AGENT, MANAGER, args=of("photo_record")),
    "ticket_procedures": only(AGENT, MANAGER, args=of("ticket")),
    "run_start": post_only(AGENT, MANAGER, args=of("ticket"), answers=frozenset({404})),
}
