"""Full-text search by months."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0017_search_months.sql")
