"""The processes that belong to one running product: started, listened to, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from helpdesk.supervisor.output import Output
from helpdesk.supervisor.parent import die_with

# Seconds between asking a process to stop and killing it. What it was doing is made good
# later: rows are the queue, and an unfinished task is handed out again.
GRACE = 5.0


@dataclass(frozen=True)
class Program:
    """A process to start: the name before its lines, and its command."""

    name: str
    command: Sequence[str | Path]


class Child:
    """One started program, in a process group of its own: Ctrl-C reaches only the supervisor."""

    def __init__(
        self, program: Program, *, output: Output, cwd: Path, environment: Mapping[str, str]
    ) -> None:
        self.program = program
        self.name = program.name
        hook = partial(die_with, os.getpid()) if sys.platform == "linux" else None
        self.process = subprocess.Popen(
            program.command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Other threads run by now; harmless, as the hook makes two system calls and no more.
            preexec_fn=hook,  # noqa: PLW1509
        )
        self.reader = threading.Thread(target=self.listen, args=(output,), daemon=True)
        self.reader.start()

    def listen(self, output: Output) -> None:
        """Pass the process's lines on until it closes them."""
        with cast("IO[bytes]", self.process.stdout) as stream:
            for line in stream:
                output.line(self.name, line.decode("utf-8", "replace").rstrip())

    def exit_code(self) -> int | None:
        """The exit code of an ended process, else None."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Ask the process to end in its own way."""
        if self.exit_code() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and whatever it started, at once."""
        if sys.platform == "win32":
            self.process.kill()
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Nobody is left in its group; macOS says the second for processes already ended.
            return


def stop(children: Sequence[Child], *, grace: float = GRACE) -> None:
    """Ask all to stop, and kill those that take longer than ``grace`` seconds."""
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + grace
    while time.monotonic() < end and any(child.exit_code() is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()
    for child in children:
        child.process.wait()
        child.reader.join(timeout=1)
