"""Full-text search is a second pass, apart from filing."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0012_search.sql")
