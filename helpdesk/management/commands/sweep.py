"""`manage.py sweep`: run what beat would hand to a worker, here and now."""

import time

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from helpdesk.celery import app
from helpdesk.supervisor.sweeps import Sweeps


class Command(BaseCommand):
    help = "Run the sweeps of the schedule in this process, without broker and worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="stay, and look every so many seconds which sweeps are due",
        )

    def handle(self, *, every: float | None, **_options: object) -> None:
        app.autodiscover_tasks(force=True)
        sweeps = Sweeps(app)
        self.tell(sweeps.run_due())
        while every:
            time.sleep(every)
            close_old_connections()
            sweeps.run_due()

    def tell(self, names: list[str]) -> None:
        """Which sweeps ran."""
        self.stdout.write(f"ran: {', '.join(names)}")
