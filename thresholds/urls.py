from django.urls import path

from thresholds.views import flags

urlpatterns = [
    path("flags/", flags.flag_list, name="flag_list"),
    path("flags/<int:pk>/", flags.flag_page, name="flag_page"),
    path("threshold/as-of/<int:pk>/", flags.flag_page, name="as_of_answer"),
]
