from django.urls import URLPattern, URLResolver, path

from files import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/<int:pk>/", views.file_download, name="file_download"),
]
