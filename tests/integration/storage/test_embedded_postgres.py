"""The embedded server: started twice, shared, killed, refused."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from copydesk.storage import EmbeddedPostgres, EmbeddedPostgresError

HOLD = """
import sys
from pathlib import Path
from copydesk.storage import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as dsn:
    print(dsn, flush=True)
    sys.stdin.read()
"""


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


async def run(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def hold(data_dir: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


async def test_rows_outlive_the_server(postgres_folder: Path) -> None:
    server = EmbeddedPostgres(postgres_folder / "a folder" / "pg")
    with server as dsn:
        await run(dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    assert not (postgres_folder / "a folder" / "pg" / "postmaster.pid").exists()
    with server as dsn:
        assert await run(dsn, "SELECT n FROM kept") == 7


async def test_settings_of_the_user_go_before_those_it_comes_with(postgres_folder: Path) -> None:
    server = EmbeddedPostgres(postgres_folder / "pg")
    with server as dsn:
        assert await run(dsn, "SHOW checkpoint_timeout") == "15min"
        await run(dsn, "ALTER SYSTEM SET checkpoint_timeout = '7min'")
    with server as dsn:
        assert await run(dsn, "SHOW checkpoint_timeout") == "7min"


async def test_the_last_to_leave_stops_the_server(postgres_folder: Path) -> None:
    with EmbeddedPostgres(postgres_folder / "pg") as dsn:
        other = hold(postgres_folder / "pg")
        other.communicate()
        assert other.returncode == 0
        assert await run(dsn, "SELECT 1") == 1
    assert not (postgres_folder / "pg" / "postmaster.pid").exists()


async def test_a_server_left_by_a_killed_process_is_found_again(postgres_folder: Path) -> None:
    other = hold(postgres_folder / "pg")
    running = postmaster(postgres_folder / "pg")
    other.kill()
    other.communicate()
    with EmbeddedPostgres(postgres_folder / "pg") as dsn:
        assert postmaster(postgres_folder / "pg") == running
        assert await run(dsn, "SELECT 1") == 1
    assert not (postgres_folder / "pg" / "postmaster.pid").exists()


async def test_a_killed_server_recovers_what_was_committed(postgres_folder: Path) -> None:
    with EmbeddedPostgres(postgres_folder / "pg") as dsn:
        await run(dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(postmaster(postgres_folder / "pg"), signal.SIGKILL)
        with EmbeddedPostgres(postgres_folder / "pg") as again:
            assert await run(again, "SELECT n FROM kept") == 7


def test_a_pid_file_naming_somebody_else_is_no_obstacle(postgres_folder: Path) -> None:
    with EmbeddedPostgres(postgres_folder / "pg"):
        pid_file = (postgres_folder / "pg" / "postmaster.pid").read_text()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    for text in (pid_file.replace(pid_file.splitlines()[0], str(stranger.pid), 1), f"{stranger.pid}\n", ""):
        (postgres_folder / "pg" / "postmaster.pid").write_text(text)
        with EmbeddedPostgres(postgres_folder / "pg") as dsn:
            assert asyncio.run(run(dsn, "SELECT 1")) == 1
    stranger.communicate()


async def test_a_path_too_long_for_a_socket_is_no_obstacle(postgres_folder: Path) -> None:
    with EmbeddedPostgres(postgres_folder / ("long" * 25) / "pg") as dsn:
        assert await run(dsn, "SELECT 1") == 1


def test_a_folder_that_cannot_be_is_explained(postgres_folder: Path) -> None:
    (postgres_folder / "file").write_text("")
    with pytest.raises(EmbeddedPostgresError, match="COPYDESK_POSTGRES__DSN"):
        EmbeddedPostgres(postgres_folder / "file" / "pg").start()


def test_a_data_directory_of_another_version_is_explained(postgres_folder: Path) -> None:
    (postgres_folder / "pg").mkdir()
    (postgres_folder / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedPostgresError, match=r"version.*9"):
        EmbeddedPostgres(postgres_folder / "pg").start()
