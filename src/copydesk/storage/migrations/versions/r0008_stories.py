"""Stories, and what the tagger says more of entities, places and topics."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0008_stories.sql")
