"""What was split off a page, found by the page."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0019_parts_of_pages.sql")
