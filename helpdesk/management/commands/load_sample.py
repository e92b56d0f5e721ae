"""``manage.py load_sample``: fill an empty installation with the invented shop of the README."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from helpdesk.sample.loading import load_sample


class Command(BaseCommand):
    help = "Load the sample shop into an empty installation: everything or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--password",
            required=True,
            help="the password of the demo log-ins (agent@example.com …)",
        )

    def handle(self, *_args: Any, password: str, **_options: Any) -> None:
        if User.objects.exists():
            raise CommandError(
                "There are people here already, so the sample shop was not loaded: it would mix "
                "invented customers with real ones. Use an empty database (TALLYDESK_HOME)."
            )
        load_sample(now=timezone.now(), password=password)
