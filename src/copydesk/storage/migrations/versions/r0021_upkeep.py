"""How far the upkeep of writers has come."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0021_upkeep.sql")
