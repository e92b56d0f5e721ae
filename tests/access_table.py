"""Who may open what, as a table: one row for every URL name, by DESIGN section 1.

A new page needs a row here; ``test_access`` says so when it is missing. ``args`` builds what the
address names, for the person who asks; ``foreign`` builds the same of somebody else, where that
must be "not found"; ``get`` and ``post`` say which verbs it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Role, User
from dashboards.panels import PANELS
from dashboards.rows import LISTS
from tests.access_world import World

ADMIN, AGENT, INSPECTOR, MANAGER = Role.ADMIN, Role.AGENT, Role.INSPECTOR, Role.MANAGER
EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
MANAGERS = frozenset({MANAGER})
# Shown, done, or the form shown again: that somebody was let in. The post has nothing in it.
LET_IN = frozenset({200, 302, 422})


Builder = Callable[[World, User], tuple[Any, ...]]


def nothing(_world: World, _person: User) -> tuple[Any, ...]:
    """The address names nothing."""
    return ()


def of(name: str) -> Builder:
    """The key of a row of the world."""
    return lambda world, _person: (getattr(world, name).pk,)


def own(name: str, key: str = "pk") -> dict[str, Any]:
    """The address names a row of the person who asks; one of somebody else is foreign."""
    return {
        "args": lambda world, person: (getattr(getattr(world, name)(person), key),),
        "foreign": lambda world, _person: (getattr(getattr(world, name)(world.agent), key),),
    }


@dataclass(frozen=True)
class Page:
    """One row of the table."""

    roles: frozenset[Role]
    get: bool = True
    post: bool = False
    args: Builder = nothing
    foreign: Builder | None = None
    answers: frozenset[int] = LET_IN
    # These roles see the rows of everybody, so that nothing is foreign to them.
    see_all: frozenset[Role] = frozenset()


def only(*roles: Role, **row: Any) -> Page:
    """A page for these roles."""
    return Page(frozenset(roles), **row)


def everyone(**row: Any) -> Page:
    """A page for everybody who is signed in."""
    return Page(EVERYONE, **row)


def public(**row: Any) -> Page:
    """A page without signing in."""
    return Page(PUBLIC, **row)


def post_only(*roles: Role, **row: Any) -> Page:
    """Something that is done, not looked at."""
    return only(*roles, get=False, post=True, **row)


INSPECTING: dict[str, Any] = {
    "args": lambda world, person: (world.inspection(person).pk,),
    "foreign": lambda world, _person: (world.inspection(world.inspector).pk,),
}

TABLE: dict[str, Page] = {
    "health": public(),
    # Before one is in
    "account_login": public(post=True),
    "account_inactive": public(post=True, answers=frozenset({403})),
    "account_signup": public(post=True, answers=frozenset({403})),
    "account_reset_password": public(post=True),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(post=True, args=lambda _w, _p: ("1", "abc-def")),
    "account_reset_password_from_key_done": public(),
    "session_state": public(),
    "first_admin": public(post=True),
    "invitation_accept": public(post=True, args=lambda world, _person: (world.invitation.token,)),
    # One's own
    "home": everyone(),
    "profile": everyone(post=True),
    "account_logout": everyone(post=True),
    "account_change_password": everyone(post=True),
    "admin_door": everyone(post=True, args=lambda _w, _p: ("logout",)),
    # The settings of accounts
    "settings_home": only(ADMIN),
    "shop_edit": only(ADMIN, post=True),
    "hours_edit": only(ADMIN, post=True),
    "team_hours": only(ADMIN, post=True, args=of("team")),
    "team_hours_drop": post_only(ADMIN, args=of("team")),
    "person_list": only(ADMIN),
    "person_invite": only(ADMIN, post=True),
    "person_edit": only(ADMIN, post=True, args=of("agent")),
    "person_deactivate": post_only(ADMIN, args=of("agent")),
    "person_invite_again": post_only(ADMIN, args=of("agent")),
    "invitation_withdraw": post_only(ADMIN, args=of("invitation")),
    "team_list": only(ADMIN, post=True),
    "team_edit": only(ADMIN, post=True, args=of("team")),
    "team_retire": post_only(ADMIN, args=of("team")),
    "team_restore": post_only(ADMIN, args=of("team")),
    # Notices are only their owner's
    "notice_list": everyone(),
    "notice_badge": everyone(),
    "notice_choices": everyone(post=True),
    "notices_read_all": everyone(get=False, post=True),
    "notice_open": everyone(
        get=False,
        post=True,
        **own("notice"),
    ),
    # Jobs and files are their owner's; managers and admins see all of them
    "job_list": everyone(),
    **{
        name: everyone(
            get=get,
            post=post,
            **own("job"),
            see_all=frozenset({MANAGER, ADMIN}),
        )
        for name, get, post in (
            ("job_page", True, False),
            ("job_progress", True, False),
            ("job_cancel", False, True),
        )
    },
    "file_download": everyone(
        **own("file"),
        see_all=frozenset({MANAGER, ADMIN}),
    ),
    # An upload is its owner's until it runs
    "import_start": only(MANAGER, ADMIN, post=True),
    **{
        name: only(
            MANAGER,
            ADMIN,
            get=get,
            post=True,
            **own("draft"),
        )
        for name, get in (("import_preview", True), ("import_run", False))
    },
    # Purchases: inspectors see lots and products, not who bought
    "purchase_list": only(AGENT, MANAGER),
    # …who is told number, product and state only
    "search": only(AGENT, INSPECTOR, MANAGER),
    "search_box": everyone(),
    "purchase_new": only(AGENT, MANAGER, post=True),
    "purchase_edit": only(AGENT, MANAGER, post=True, args=of("purchase")),
    "customer_list": only(AGENT, MANAGER),
    "customer_new": only(AGENT, MANAGER, post=True),
    "duplicate_list": only(AGENT, MANAGER),
    "duplicate_dismiss": post_only(AGENT, MANAGER, args=of("duplicate")),
    "customer_merge": only(AGENT, MANAGER, post=True, args=of("customer")),
    "customer_unmerge": post_only(AGENT, MANAGER, args=of("merged_customer")),
    "customer_edit": only(AGENT, MANAGER, post=True, args=of("customer")),
    "product_list": only(AGENT, INSPECTOR, MANAGER),
    "product_new": only(MANAGER, post=True),
    "product_edit": only(MANAGER, post=True, args=of("product")),
    "lot_list": only(AGENT, INSPECTOR, MANAGER),
    "lot_new": only(INSPECTOR, MANAGER, post=True),
    "lot_edit": only(INSPECTOR, MANAGER, post=True, args=of("lot")),
    # Tickets: agents and managers see all of them
    "call_create": only(AGENT, MANAGER, post=True),
    # A draft of a call is its owner's alone
    **{
        f"call_draft_{verb}": post_only(
            AGENT,
            MANAGER,
            **own("call_draft", "form_key"),
        )
        for verb in ("save", "discard", "restore")
    },
    "file_hold": post_only(AGENT, MANAGER),
    "held_discard": post_only(AGENT, MANAGER, answers=frozenset({204}), **own("held_file")),
    "purchase_page": only(AGENT, MANAGER, args=of("purchase")),
    "customer_page": only(AGENT, MANAGER, args=of("customer")),
    "ticket_list": only(AGENT, MANAGER),
    "queue_filters": only(AGENT, MANAGER),
    "queue_act": only(AGENT, MANAGER, post=True),
    "queue_csv": only(AGENT, MANAGER),
    "queue_xlsx": post_only(AGENT, MANAGER),
    # Canned texts and macros: everybody's own; what is for everybody is for managers and admins
    "text_list": only(ADMIN, AGENT, MANAGER),
    "text_pick": only(AGENT, MANAGER),
    **{f"{name}_new": only(ADMIN, AGENT, MANAGER, post=True) for name in ("text", "macro")},
    **{
        f"{name}_{verb}": only(
            ADMIN,
            AGENT,
            MANAGER,
            get=get,
            post=True,
            args=lambda world, person, name=name: (getattr(world, name)(person).pk,),
            foreign=lambda world, _person, name=name: (getattr(world, name)(world.agent).pk,),
        )
        for name in ("text", "macro")
        for verb, get in (("edit", True), ("delete", False))
    },
    "queue_columns": only(AGENT, MANAGER),
    "columns_choose": post_only(AGENT, MANAGER),
    # A saved view is its owner's; managers also change those that are shared
    "view_new": only(AGENT, MANAGER, post=True),
    **{
        name: only(
            AGENT,
            MANAGER,
            get=get,
            post=True,
            args=lambda world, person: (world.view(person).pk,),
            foreign=lambda world, _person: (world.view(world.agent).pk,),
        )
        for name, get in (("view_edit", True), ("view_delete", False))
    },
    "ticket_page": only(AGENT, MANAGER, args=of("ticket")),
    "ticket_attach": post_only(AGENT, MANAGER, args=of("ticket")),
    "interaction_attach_file": post_only(AGENT, MANAGER, args=of("interaction")),
    "attachment_download": only(AGENT, MANAGER, args=of("attachment")),
    "attachment_preview": only(AGENT, MANAGER, args=of("attachment")),
    "attachment_remove": post_only(AGENT, MANAGER, args=of("attachment")),
    "ticket_merge": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_unmerge": post_only(AGENT, MANAGER, args=of("merged_ticket")),
    "interaction_split": only(AGENT, MANAGER, post=True, args=of("interaction")),
    "ticket_contacts": only(AGENT, MANAGER, args=of("ticket")),
    "ticket_history": only(AGENT, MANAGER, args=of("ticket")),
    "ticket_resolve": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_hand_off": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_wait": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_reopen": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_resume": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_close": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_priority": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_subject": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "ticket_follow": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_note": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_reply": post_only(AGENT, MANAGER, args=of("ticket")),
    "ticket_presence": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "mention_list": only(AGENT, MANAGER),
    "promise_make": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "help_ask": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "help_ask_purchase": only(AGENT, MANAGER, post=True, args=of("purchase")),
    "help_list": only(AGENT, MANAGER),
    "help_page": only(AGENT, MANAGER, args=of("help")),
    "help_answer": post_only(MANAGER, args=of("help")),
    "goodwill_new": only(AGENT, MANAGER, post=True, args=of("ticket")),
    "goodwill_list": only(MANAGER, ADMIN),
    "goodwill_approve": post_only(MANAGER, ADMIN, args=of("goodwill")),
    "goodwill_refuse": post_only(MANAGER, ADMIN, args=of("goodwill")),
    "goodwill_page": only(AGENT, MANAGER, ADMIN, args=of("goodwill")),
    "goodwill_undo": post_only(AGENT, MANAGER, ADMIN, args=of("goodwill")),
    "goodwill_limits": only(ADMIN, post=True),
    "promise_list": only(AGENT, MANAGER),
    "promises_kept": only(AGENT, MANAGER),
    "promise_badge": only(AGENT, MANAGER),
    "promise_page": only(AGENT, MANAGER, args=of("promise")),
    "promise_give": post_only(AGENT, MANAGER, args=of("promise")),
    "promise_try": post_only(AGENT, MANAGER, args=of("promise")),
    "promise_end": post_only(AGENT, MANAGER, args=of("promise")),
    "interaction_list": only(AGENT, MANAGER),
    "interaction_page": only(AGENT, MANAGER, args=of("interaction")),
    "interaction_attach": only(AGENT, MANAGER, post=True, args=of("interaction")),
    "interaction_correct": only(AGENT, MANAGER, post=True, args=of("interaction")),
    "target_list": only(ADMIN, post=True),
    # The reason tree
    "reason_list": only(ADMIN),
    "reason_new": only(ADMIN, post=True),
    "reason_group_new": only(ADMIN, post=True),
    "reason_edit": only(ADMIN, post=True, args=of("reason")),
    "reason_move": post_only(ADMIN, args=of("reason")),
    "reason_retire": post_only(ADMIN, args=of("reason")),
    "reason_restore": post_only(ADMIN, args=of("reason")),
    "reason_delete": post_only(ADMIN, args=of("reason")),
    # Flags and the number
    "procedure_list": everyone(),
    "procedure_new": only(MANAGER, ADMIN, post=True),
    "procedure_page": everyone(args=of("procedure")),
    "procedure_edit": only(MANAGER, ADMIN, post=True, args=of("procedure")),
    "procedure_retire": post_only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_restore": post_only(MANAGER, ADMIN, args=of("procedure")),
    "draft_start": post_only(MANAGER, ADMIN, args=of("procedure")),
    "picture_add": post_only(MANAGER, ADMIN, args=of("procedure")),
    "procedure_picture": everyone(args=of("procedure_picture")),
    "version_page": everyone(args=of("live_version")),
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
    "record_photo": only(AGENT, MANAGER, args=of("photo_record")),
    "ticket_procedures": only(AGENT, MANAGER, args=of("ticket")),
    "run_start": post_only(AGENT, MANAGER, args=of("ticket"), answers=frozenset({404})),
    "flag_list": only(MANAGER),
    "flag_page": only(MANAGER, post=True, args=of("flag")),
    "flag_acknowledge": post_only(MANAGER, args=of("flag")),
    "flag_close": post_only(MANAGER, args=of("flag")),
    "flag_dismiss": post_only(MANAGER, args=of("flag")),
    "flag_fragment": only(AGENT, MANAGER, args=of("purchase")),
    "threshold_page": only(MANAGER),
    "threshold_pin": post_only(MANAGER),
    "threshold_unpin": post_only(MANAGER),
    "threshold_settings": only(ADMIN, post=True),
    "as_of": only(MANAGER, post=True),
    "as_of_answer": only(MANAGER, args=of("answer")),
    "how_we_count": everyone(),
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
    "bench_change": only(INSPECTOR, MANAGER, post=True),
    "bench_pin": only(INSPECTOR, post=True),
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
    # The board and the rows behind its figures
    "board": only(MANAGER),
    "board_panel": only(MANAGER, args=lambda _w, _p: (PANELS[0].name,)),
    **{f"board_{name}": only(MANAGER) for name in LISTS},
}
