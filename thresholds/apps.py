from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThresholdsConfig(AppConfig):
    name = "thresholds"
    verbose_name = _("Thresholds")
