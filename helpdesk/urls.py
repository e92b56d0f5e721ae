"""The site map: each room brings its own pages."""

from django.contrib import admin
from django.urls import include, path

from helpdesk.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("accounts.urls")),
    path("", include("files.urls")),
    path("", include("jobs.urls")),
    path("", include("notices.urls")),
    path("", include("purchases.urls")),
    path("", include("tickets.urls")),
    path("", include("thresholds.urls")),
    path("", include("quality.urls")),
    path("", include("procedures.urls")),
    path("", include("dashboards.urls")),
    path("admin/", admin.site.urls),
]
