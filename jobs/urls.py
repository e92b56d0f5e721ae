from django.urls import URLPattern, URLResolver, path

from jobs import views
from jobs.importing.views import import_preview, import_run, import_start

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", import_start, name="import_start"),
    path("imports/<int:pk>/", import_preview, name="import_preview"),
    path("imports/<int:pk>/run/", import_run, name="import_run"),
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<int:pk>/", views.job_page, name="job_page"),
    path("jobs/<int:pk>/progress/", views.job_progress, name="job_progress"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
]
