"""What beat and the worker do, without a broker: the due sweeps of the schedule, one by one.

Reads the same schedule as beat, so nothing here knows what a sweep does.
"""

from datetime import datetime
from typing import cast

from celery import Celery
from celery.schedules import BaseSchedule, maybe_schedule


class Sweeps:
    """The tasks of the app's schedule, run in this process when they are due."""

    def __init__(self, app: Celery) -> None:
        self.app = app
        self.last_runs: dict[str, datetime] = {}

    def run_due(self) -> list[str]:
        """Run each sweep that is due, the first time all of them; the names of those that ran.

        A sweep that fails is logged and comes again at its next time.
        """
        names = [name for name in self.app.conf.beat_schedule if self.is_due(name)]
        for name in names:
            self.last_runs[name] = self.app.now()
            self.run(name)
        return names

    def is_due(self, name: str) -> bool:
        """Whether the schedule's entry should run now."""
        if name not in self.last_runs:
            return True
        entry = self.app.conf.beat_schedule[name]
        planned = cast("BaseSchedule", maybe_schedule(entry["schedule"], app=self.app))
        return planned.is_due(self.last_runs[name]).is_due

    def run(self, name: str) -> None:
        """Run one entry's task to its end; Celery logs what it raises."""
        entry = self.app.conf.beat_schedule[name]
        self.app.tasks[entry["task"]].apply(
            args=entry.get("args"), kwargs=entry.get("kwargs"), throw=False
        )
