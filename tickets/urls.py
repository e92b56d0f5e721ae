from django.urls import URLPattern, URLResolver, path

from tickets.views import reasons

urlpatterns: list[URLPattern | URLResolver] = [
    # Settings: the reason tree
    path("settings/reasons/", reasons.reason_list, name="reason_list"),
    path("settings/reasons/new/", reasons.reason_new, name="reason_new"),
    path("settings/reasons/groups/new/", reasons.reason_group_new, name="reason_group_new"),
    path("settings/reasons/<int:pk>/", reasons.reason_edit, name="reason_edit"),
    path("settings/reasons/<int:pk>/move/", reasons.reason_move, name="reason_move"),
    path("settings/reasons/<int:pk>/retire/", reasons.reason_retire, name="reason_retire"),
    path("settings/reasons/<int:pk>/restore/", reasons.reason_restore, name="reason_restore"),
    path("settings/reasons/<int:pk>/delete/", reasons.reason_delete, name="reason_delete"),
]
