"""How `manage.py up` runs gunicorn: one process, because SQLite takes one writer at a time."""

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from helpdesk.supervisor.parent import die_with

wsgi_app = "helpdesk.wsgi"
worker_class = "gthread"
workers = 1
threads = 8
timeout = 60
graceful_timeout = 3
loglevel = "warning"
# Its control socket would be written to the home directory of the person.
control_socket_disable = True


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Tie the worker to gunicorn's master as the master is tied to the supervisor."""
    die_with(server.pid)
