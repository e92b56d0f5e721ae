"""How often the processes of one product ended by themselves: when starting again is no help."""

import time
from collections import defaultdict

TOO_MANY = 5
WITHIN_SECONDS = 60.0


class Endings:
    """The latest endings of each process, by its name."""

    def __init__(self) -> None:
        self.times: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, name: str) -> int:
        """Remember that a process ended just now; returns how often it did within a minute."""
        now = time.monotonic()
        recent = [moment for moment in self.times[name] if now - moment < WITHIN_SECONDS]
        self.times[name] = [*recent, now]
        return len(self.times[name])


def exit_words(code: int) -> str:
    """An exit code of subprocess in words that follow "ended"."""
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"
