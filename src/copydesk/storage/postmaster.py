"""The processes of the embedded PostgreSQL, as postmaster.pid names them and as they are."""

import time
from pathlib import Path

import psutil


def settle(data_dir: Path, deadline: float) -> None:
    """Wait until postmaster.pid tells the truth: absent, or a live and ready postmaster.

    After a crash of the machine or container the file may be cut short or name a process id that is now someone
    else's; PostgreSQL's own check and the wheel's both trust the number. It goes only when no orphaned backend is
    left, because its shared memory key is what keeps two servers off the same data.

    Raises `TimeoutError` when `time.monotonic()` passes `deadline`.
    """
    pid_file = data_dir / "postmaster.pid"
    while pid_file.exists():
        lines = pid_file.read_text(errors="replace").split()
        processes = [process for process in psutil.process_iter(["pid", "name"]) if _works_in(process, data_dir)]
        if not processes:
            pid_file.unlink(missing_ok=True)
        elif lines and lines[-1] == "ready" and any(str(process.pid) == lines[0] for process in processes):
            return
        elif time.monotonic() > deadline:
            pids = ", ".join(str(process.pid) for process in processes)
            raise TimeoutError(f"its processes {pids} are neither ready nor gone")
        else:
            time.sleep(0.05)


def _works_in(process: psutil.Process, data_dir: Path) -> bool:
    """Whether it is a PostgreSQL process of this data directory: all of them make it their working directory."""
    if not (process.info["name"] or "").startswith("postgres"):
        return False
    try:
        return Path(process.cwd()) == data_dir
    except psutil.Error:
        return False
