"""What a process cost: processor time and resident memory from the kernel's own books (Linux)."""

from pathlib import Path

NANOSECONDS = 1_000_000_000
KIB_PER_MB = 1024


def cpu_seconds(pid: int) -> float:
    """Time on a processor of all threads of a process so far, to the scheduler's nanosecond; 0 for
    one that is gone or not on this machine."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent += int(thread.read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return spent / NANOSECONDS


def resident_mb(pid: int, *, peak: bool = False) -> float:
    """Resident memory of a process in MB, now or at its highest."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / KIB_PER_MB
    return 0.0
