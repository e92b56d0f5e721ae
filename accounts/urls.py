from django.urls import URLPattern, URLResolver, path, re_path

from accounts.views import hours, landing, people, shop, signing_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing.home, name="home"),
    path("me/", people.profile, name="profile"),
    # Before one is in; the library's own names, since it looks for them.
    path("sign-in/", signing_in.sign_in, name="account_login"),
    path("sign-in/refused/", signing_in.sign_in_refused, name="account_inactive"),
    path("sign-in/state/", signing_in.session_state, name="session_state"),
    path("sign-out/", signing_in.sign_out, name="account_logout"),
    path("sign-up/", signing_in.sign_up, name="account_signup"),
    path("password/", signing_in.password_change, name="account_change_password"),
    path("password/forgotten/", signing_in.password_reset, name="account_reset_password"),
    path(
        "password/forgotten/sent/",
        signing_in.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        signing_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        signing_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("welcome/", signing_in.first_admin, name="first_admin"),
    path("invitations/<str:token>/", signing_in.invitation_accept, name="invitation_accept"),
    # Settings
    path("settings/", landing.settings_home, name="settings_home"),
    path("settings/shop/", shop.shop_edit, name="shop_edit"),
    path("settings/hours/", hours.hours_edit, name="hours_edit"),
    path("settings/people/", people.person_list, name="person_list"),
    path("settings/people/invite/", people.person_invite, name="person_invite"),
    path("settings/people/<int:pk>/", people.person_edit, name="person_edit"),
    path(
        "settings/people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"
    ),
    path(
        "settings/people/<int:pk>/invite/", people.person_invite_again, name="person_invite_again"
    ),
    path(
        "settings/invitations/<int:pk>/withdraw/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("settings/teams/", shop.team_list, name="team_list"),
    path("settings/teams/<int:pk>/", shop.team_edit, name="team_edit"),
    path("settings/teams/<int:pk>/hours/", hours.team_hours, name="team_hours"),
    path("settings/teams/<int:pk>/hours/drop/", hours.team_hours_drop, name="team_hours_drop"),
    path("settings/teams/<int:pk>/retire/", shop.team_retire, name="team_retire"),
    path("settings/teams/<int:pk>/restore/", shop.team_restore, name="team_restore"),
    re_path(
        r"^admin/(?P<page>login|logout|password_change)/", landing.admin_door, name="admin_door"
    ),
]
