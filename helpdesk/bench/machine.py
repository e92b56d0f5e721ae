"""What a process cost: processor time and resident memory from the kernel's own books (Linux)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KIB_PER_MB = 1024


def cpu_seconds(pid: int) -> float:
    """User plus system time of a process so far; 0 for one that is gone or not on this machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int, *, peak: bool = False) -> float:
    """Resident memory of a process in MB, now or at its highest."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / KIB_PER_MB
    return 0.0
