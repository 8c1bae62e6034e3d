"""What a search reads lies in one row, and the bounds of the index in two months."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0020_search_bounds.sql")
