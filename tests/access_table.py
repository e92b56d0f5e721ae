"""Who may open what, as a table: one row for every URL name, by DESIGN section 1.

A new page needs a row here or in the room it belongs to; ``test_access`` says so when it is missing.
"""

from dashboards.panels import PANELS
from dashboards.rows import LISTS
from tests.access_bench import BENCH
from tests.access_desk import DESK
from tests.access_manual import MANUAL
from tests.access_page import (
    ADMIN,
    AGENT,
    MANAGER,
    Page,
    everyone,
    of,
    only,
    own,
    post_only,
    public,
)

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
    **DESK,
    **MANUAL,
    **BENCH,
    # Flags and the number
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
    # The board and the rows behind its figures
    "board": only(MANAGER),
    "board_panel": only(MANAGER, args=lambda _w, _p: (PANELS[0].name,)),
    **{f"board_{name}": only(MANAGER) for name in LISTS},
}
