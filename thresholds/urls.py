from django.urls import path

from thresholds.views import as_of, flags, number

urlpatterns = [
    path("flags/", flags.flag_list, name="flag_list"),
    path("flags/<int:pk>/", flags.flag_page, name="flag_page"),
    path("flags/<int:pk>/acknowledge/", flags.flag_acknowledge, name="flag_acknowledge"),
    path("flags/<int:pk>/close/", flags.flag_close, name="flag_close"),
    path("flags/<int:pk>/dismiss/", flags.flag_dismiss, name="flag_dismiss"),
    path("purchases/<int:purchase_pk>/flag/", flags.flag_fragment, name="flag_fragment"),
    path("threshold/", number.threshold_page, name="threshold_page"),
    path("threshold/pin/", number.threshold_pin, name="threshold_pin"),
    path("threshold/release/", number.threshold_unpin, name="threshold_unpin"),
    path("threshold/as-of/", as_of.as_of, name="as_of"),
    path("threshold/as-of/<int:pk>/", as_of.as_of_answer, name="as_of_answer"),
    path("settings/threshold/", number.threshold_settings, name="threshold_settings"),
    path("how-we-count/", number.how_we_count, name="how_we_count"),
]
