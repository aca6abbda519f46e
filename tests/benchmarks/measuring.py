"""Time and memory of a process, with nothing imported that a cold start would have to pay for."""

from __future__ import annotations

import re
from pathlib import Path


def memory(name: str) -> float:
    """Return the memory of this process in bytes: VmRSS is what it has now, VmHWM the most it had.

    `ru_maxrss`, which stands in where there is no /proc, may count the parent process too.
    """
    try:
        found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        found = None
    if found:
        return int(found[1]) * 1024.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def size(folder: Path) -> int:
    """Return the bytes that a folder takes on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
