from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """The composition root as an app: it lends its management commands and static finder."""

    name = "helpdesk"
    verbose_name = "Tallydesk"
