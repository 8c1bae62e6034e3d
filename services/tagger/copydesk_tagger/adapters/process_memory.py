"""What this process holds in memory."""

import os
from pathlib import Path


def resident_bytes() -> int:
    """Resident set size from proc(5); 0 where the system has no such file."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
