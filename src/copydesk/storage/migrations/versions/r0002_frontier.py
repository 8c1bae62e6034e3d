"""The crawler's frontier: URLs, hosts, robots.txt and the polling of sources."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0002_frontier.sql")
