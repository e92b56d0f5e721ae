"""The running product: its processes in the order in which they need each other."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from helpdesk.supervisor import broker, demo
from helpdesk.supervisor.address import Address, accepted_hosts
from helpdesk.supervisor.children import Child, Program, stop
from helpdesk.supervisor.endings import TOO_MANY, Endings, exit_words
from helpdesk.supervisor.failure import CannotStartError
from helpdesk.supervisor.instance import Instance
from helpdesk.supervisor.output import Output
from helpdesk.supervisor.parent import SUPERVISED

SECONDS_TO_START = 90.0
SECONDS_BETWEEN_LOOKS = 0.2
WEB = "web"


class Product:
    """Everything `manage.py up` starts. Use: ``start()``, then ``watch()``, and always ``stop()``."""

    def __init__(self, *, address: Address, output: Output) -> None:
        self.address = address
        self.output = output
        self.home: Path = settings.HOME
        self.instance = Instance(self.home)
        self.children: list[Child] = []
        self.endings = Endings()
        self.environment = {
            # A choice of the person who starts it wins.
            "ALLOWED_HOSTS": ",".join(accepted_hosts(address)),
            "SITE_URL": address.urls[0],
            **os.environ,
            "TALLYDESK_HOME": str(self.home),
            "PYTHONUNBUFFERED": "1",
            SUPERVISED: "1",
        }

    def start(self, *, with_sample: bool) -> None:
        """Bring all of it up and say where it is. Raises CannotStartError."""
        self.instance.claim(self.address.urls[0])
        self.address.check_free()
        has_broker = self.start_broker()
        self.prepare()
        password = self.prepare_people(with_sample=with_sample)
        self.output.say("starting the web server and the workers")
        for program in programs(self.address, has_broker=has_broker):
            self.children.append(self.launch(program))
        self.wait_until_ready(has_broker=has_broker)
        self.announce(password)
        connection.close()  # from here on it only watches

    def launch(self, program: Program) -> Child:
        """Start one program in the checkout, the broker on a socket of which nothing is left."""
        if program.name == broker.NAME:
            broker.make_room(settings.BROKER_SOCKET)
        return Child(
            program, output=self.output, cwd=settings.BASE_DIR, environment=self.environment
        )

    def start_broker(self) -> bool:
        """The private broker, unless BROKER_URL names one; False where there is none at all."""
        if os.environ.get("BROKER_URL"):
            self.output.say("broker: the one that BROKER_URL names")
            return True
        server = broker.server_path()
        if server is None:
            self.output.say(
                "broker: there is no Valkey for this machine, so a loop of our own runs what is due;\n"
                "flags and jobs then take up to a minute to start"
            )
            return False
        address, log = settings.BROKER_SOCKET, self.home / "broker.log"
        child = self.launch(broker.program(server, address, log))
        self.children.append(child)
        broker.wait_for(child, address, log)
        return True

    def prepare(self) -> None:
        """Tables, cache table and static files as this version wants them."""
        self.output.say(f"data: {database_words()}, files in {self.home}")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CannotStartError(f"The database cannot be used: {str(error).strip()}") from error
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)

    def prepare_people(self, *, with_sample: bool) -> str:
        """Load the sample shop if it is wanted and nobody is known yet, and never leave a known
        password where others can reach it. Returns the password of the demo log-ins, or "".
        """
        local = self.address.is_local
        if not with_sample or User.objects.exists():
            return demo.LOCAL_PASSWORD if local else demo.close_known_logins()
        self.output.say("loading the sample shop, once")
        password = demo.fresh_password(is_local=local)
        call_command("load_sample", password=password, verbosity=0)
        return password

    def wait_until_ready(self, *, has_broker: bool) -> None:
        """Return when web server and worker answer. Raises CannotStartError when one ends or never does."""
        self.wait_for("web server", self.web_answers)
        if has_broker:
            self.wait_for("worker", worker_answers)

    def wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        """Return when ``answers()``. Raises CannotStartError when a process ends before, or never."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            self.check_alive()
            if answers():
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise CannotStartError(
            f"The {name} did not answer within {SECONDS_TO_START:.0f} seconds; see the lines above."
        )

    def web_answers(self) -> bool:
        """Whether the health page answers, under the first name that is allowed."""
        name = self.environment["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
        return self.address.is_healthy(as_host="localhost" if name == "*" else name)

    def announce(self, password: str) -> None:
        """Where it is and how to get in."""
        lines = ["", f"Tallydesk is ready: {'  '.join(self.address.urls)}", ""]
        if not User.objects.exists():
            lines.append("Nobody is known yet: open the address and make the first admin.")
        elif logins := demo.login_lines(password) if password else []:
            lines += ["Demo log-ins (role, e-mail, password):", *logins]
        elif email := demo.locked_out():
            lines += [
                "The demo log-ins no longer have the password from the README. Set one with",
                f"    {command_words('changepassword', email)}",
            ]
        lines += ["Ctrl-C stops it. What you enter is kept.", ""]
        self.output.say("\n".join(lines))

    def watch(self) -> None:
        """Stay until a signal comes, or a process ends that cannot be started again: that raises
        CannotStartError.
        """
        while True:
            for place, child in enumerate(self.children):
                if child.exit_code() is not None:
                    self.children[place] = self.launch_again(child)
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def launch_again(self, ended: Child) -> Child:
        """A new process in the place of one that ended by itself; nobody who saves notices.

        Raises CannotStartError for the web server, which is the product, and for a process that
        ends again and again: something is wrong then that a new start does not mend.
        """
        ended.kill()  # what it had started, where the kernel does not see to that
        if ended.name == WEB:
            self.give_up(ended)
        how = exit_words(ended.process.wait())
        count = self.endings.note(ended.name)
        if count >= TOO_MANY:
            self.give_up(ended, often=f", {count} times within a minute")
        ended.reader.join(timeout=1)
        self.output.say(f"the {ended.name} ended {how}; starting it again")
        return self.launch(ended.program)

    def check_alive(self) -> None:
        """Raises CannotStartError naming the first process that has ended, for use at the start."""
        for child in self.children:
            if child.exit_code() is not None:
                self.give_up(child)

    def give_up(self, ended: Child, *, often: str = "") -> NoReturn:
        """Raises CannotStartError that names the process, after its own last words."""
        ended.reader.join(timeout=1)
        raise CannotStartError(
            f"“{ended.name}” ended by itself ({exit_words(ended.process.wait())}{often}); "
            "its last lines are above. Stopping the rest."
        )

    def stop(self, *, grace: float) -> None:
        """Stop all, the broker last; a process that takes longer than ``grace`` seconds is killed."""
        brokers = [child for child in self.children if child.name == broker.NAME]
        stop([child for child in self.children if child not in brokers], grace=grace)
        stop(brokers, grace=grace)
        if brokers:
            settings.BROKER_SOCKET.unlink(missing_ok=True)
        self.instance.release()


def worker_answers() -> bool:
    """Whether a worker answers through the broker."""
    try:
        return bool(current_app.control.ping(timeout=0.5, limit=1))
    except BrokerError:
        return False


def programs(address: Address, *, has_broker: bool) -> Sequence[Program]:
    """Web server, worker and beat; without a broker a loop does the work of the last two."""
    python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
    web = [
        *(python, "-m", "gunicorn"),
        *("-c", "python:helpdesk.supervisor.gunicorn_settings", "--bind", address.bind),
    ]
    if sys.platform == "win32":  # gunicorn does not run there
        web = [python, manage, "runserver", "--noreload", "--insecure", address.bind]
    if not has_broker:
        return [
            Program(WEB, web),
            Program("sweeps", [python, manage, "sweep", "--every", "5"]),
        ]
    celery = [python, "-m", "celery", "--quiet", "-A", current_app.main or "helpdesk"]
    # Two at a time: a long import must not keep a flag waiting.
    worker = [
        *(*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"),
        *("--without-gossip", "--without-mingle"),
    ]
    beat = [*celery, "beat", "--loglevel", "WARNING"]
    return [Program(WEB, web), Program("worker", worker), Program("beat", beat)]


def database_words() -> str:
    """Which database is used, without its password."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite in {database['NAME']}"
    return f"{connection.display_name} “{database['NAME']}” on {database['HOST'] or 'this machine'}"


def command_words(*words: str) -> str:
    """A command of manage.py as a person in the checkout types it for this product's data."""
    python = Path(sys.executable)
    if python.is_relative_to(settings.BASE_DIR):
        python = python.relative_to(settings.BASE_DIR)
    home = os.environ.get("TALLYDESK_HOME")
    prefix = f"TALLYDESK_HOME={shlex.quote(home)} " if home else ""
    return prefix + shlex.join([str(python), "manage.py", *words])
