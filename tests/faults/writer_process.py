"""A writer as a process of its own, and waiting for what it does."""

import asyncio
import time
from contextlib import contextmanager

from copydesk.testing.processes import CopydeskProcess


@contextmanager
def running_writer(broker, dsn, folder, **more):
    """Started with the context; killed at its end where it is still there. `more` are further settings."""
    environment = {
        "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "COPYDESK_POSTGRES__DSN": dsn,
        "COPYDESK_DATA_DIR": str(folder / "data"),
        **more,
    }
    process = CopydeskProcess(["service", "writer"], environment, folder / "writer.log")
    process.start()
    yield process
    if process.alive():
        process.kill()


async def handled(pool) -> int:
    """How many messages the writer has written of."""
    return await pool.fetchval("SELECT count(*) FROM copydesk.fetches")


async def until_handled_so_many(pool, wanted, process, started, patience):
    """Wait for progress; a writer that ended by itself, or none for too long, fails the test."""
    while (count := await handled(pool)) < wanted:
        assert process.alive(), f"the writer ended by itself:\n{process.log_tail()}"
        assert time.monotonic() - started < patience, f"{count} of {wanted} messages handled"
        await asyncio.sleep(0.05)
