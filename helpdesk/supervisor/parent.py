"""Dying with the parent: what keeps a killed supervisor from leaving processes behind."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# Loaded once here: between fork and exec nothing should be looked up any more.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# Set in the environment of everything that the supervisor starts.
SUPERVISED = "TALLYDESK_SUPERVISED"


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when ``parent`` (its process id) dies; Linux only.

    SIGKILL, because a busy worker takes SIGTERM as "finish first" and then hung for ever.
    """
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(1)
