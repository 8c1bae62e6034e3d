"""The SQL files of the migrations."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def head() -> str:
    """The newest migration that this version of Copydesk carries, such as `0002`; imports nothing."""
    return max(path.name[:4] for path in FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def run_sql_file(connection: "Connection", name: str) -> None:
    """Run a file as the driver sees it: many statements, no parameters, `%` and `:` untouched."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute((FOLDER / name).read_text(encoding="utf-8"))
