"""One terminal for several processes: every line says whose it is."""

import os
import threading
from typing import TextIO

WIDTH = 9
COLOURS = {"broker": 35, "web": 36, "worker": 32, "beat": 34, "sweeps": 34}
OWN = 33


class Output:
    """Writes whole lines, each after the name of its process; colours only on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.coloured = stream.isatty() and not os.environ.get("NO_COLOR")
        self.lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """One line of one process, at once."""
        prefix = f"{name:<{WIDTH}}|"
        if self.coloured:
            prefix = f"\x1b[{COLOURS.get(name, OWN)}m{prefix}\x1b[0m"
        with self.lock:
            self.stream.write(f"{prefix} {text}\n")
            self.stream.flush()

    def say(self, text: str = "") -> None:
        """The supervisor's own words, one or more lines."""
        for line in text.split("\n"):
            self.line("tallydesk", line)
