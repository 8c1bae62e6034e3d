"""What consumers may read of the database, as it says itself."""

from dataclasses import dataclass

from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("views")


@dataclass(frozen=True)
class ViewColumn:
    """A column of a `v1_*` view; `about` is the comment on the view, `holds` the one on the column."""

    view: str
    about: str
    column: str
    type: str
    holds: str


async def view_columns(pool: Pool) -> list[ViewColumn]:
    """All of them, by view and in the views' order."""
    return [ViewColumn(**row) for row in await pool.fetch(_SQL["columns"])]
