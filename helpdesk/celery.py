"""The Celery application; every setting lives in helpdesk.settings under CELERY_."""

import os
import warnings

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.signals import worker_process_init, worker_ready

from helpdesk.supervisor.parent import SUPERVISED, die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if SUPERVISED in os.environ:
    # The worker runs as whoever started the product; when that is root, so does everything else.
    warnings.filterwarnings("ignore", category=SecurityWarning)


@worker_process_init.connect
def die_with_worker(**_about: object) -> None:
    """Under `manage.py up` a killed worker takes its pool with it; elsewhere systemd and the like do."""
    if SUPERVISED in os.environ:
        die_with(os.getppid())


@worker_ready.connect
def keep_quiet_of_settled_questions(**_about: object) -> None:
    """A setting says what becomes of running tasks when the broker is lost; Celery asks all the
    same, in ten lines, and switches its warnings on while it starts: so not before now.
    """
    warnings.filterwarnings("ignore", r"\s*In Celery 5\.1 we", category=CPendingDeprecationWarning)
