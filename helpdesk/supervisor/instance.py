"""One running product per home: a second start would share its database, broker and beat."""

import os
import sys
from pathlib import Path
from typing import TextIO

from helpdesk.supervisor.failure import CannotStartError

if sys.platform != "win32":
    import fcntl


class Instance:
    """The lock of one home, held while the product runs; the kernel lets go when it dies."""

    def __init__(self, home: Path) -> None:
        self.path = home / "up.lock"
        self.handle: TextIO | None = None

    def claim(self, address: str) -> None:
        """Take the lock and write down who runs where. Raises CannotStartError when it is taken."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Opened for appending: nothing is changed before the lock is ours.
            handle = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise CannotStartError(
                f"The data folder {self.path.parent} cannot be used: {error.strerror}.\n"
                "Set TALLYDESK_HOME to a folder that this user may write."
            ) from error
        if sys.platform != "win32":
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.seek(0)
                raise CannotStartError(
                    f"Tallydesk is already running here ({handle.read().strip()}).\n"
                    "Stop it with Ctrl-C in its terminal, or start a second one with data of its own:\n"
                    "    TALLYDESK_HOME=/another/folder ./run --port 8001"
                ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, {address}\n")
        handle.flush()
        self.handle = handle

    def release(self) -> None:
        """Let the next one start."""
        if self.handle:
            self.handle.close()
