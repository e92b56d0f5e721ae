from django.urls import URLPattern, URLResolver, path

from notices import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/badge/", views.notice_badge, name="notice_badge"),
    path("me/notices/", views.notice_choices, name="notice_choices"),
    path("notices/read-all/", views.notices_read_all, name="notices_read_all"),
    path("notices/<int:pk>/open/", views.notice_open, name="notice_open"),
]
