"""`manage.py up`: the whole product in one terminal; ./run ends here."""

import os
import signal
import sys
from argparse import ArgumentTypeError
from types import FrameType

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.supervisor.address import Address
from helpdesk.supervisor.children import GRACE
from helpdesk.supervisor.failure import CannotStartError
from helpdesk.supervisor.output import Output
from helpdesk.supervisor.product import Product

HIGHEST_PORT = 65_535


def port(text: str) -> int:
    """A port from the command line."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise ArgumentTypeError(f"“{text}” is not a port; take a number from 1 to {HIGHEST_PORT}")
    return int(text)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """What Ctrl-C does, for every signal that means stop."""
    raise KeyboardInterrupt


class Command(BaseCommand):
    help = "Start the product: broker, web server, worker and beat, with a sample shop at first."
    requires_system_checks = []
    suppressed_base_arguments = {
        *("--version", "--verbosity", "--settings", "--pythonpath"),
        *("--traceback", "--no-color", "--force-color", "--skip-checks"),
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port, default=8000, help="port to listen on (8000)")
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="address to listen on (127.0.0.1: only this machine; 0.0.0.0: its network, "
            "with random demo passwords)",
        )
        parser.add_argument(
            "--empty",
            action="store_true",
            help="no sample shop; make the first admin in the browser",
        )

    def handle(self, *, host: str, port: int, empty: bool, **_options: object) -> None:
        # What customers said belongs to this user alone, database and uploads included.
        os.umask(0o077)
        output = Output(sys.stdout)
        product = Product(address=Address(host, port), output=output)
        # SIGINT too: a shell that starts this with & has switched it off.
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(number, interrupt)
        failed = False
        try:
            product.start(with_sample=not empty)
            product.watch()
        except KeyboardInterrupt:
            output.say("stopping")
        except CannotStartError as error:
            output.say(str(error))
            failed = True
        finally:
            try:
                product.stop(grace=GRACE)
            except KeyboardInterrupt:  # a second Ctrl-C: the person is in a hurry
                product.stop(grace=0)
        if failed:
            sys.exit(1)
        output.say("stopped")
