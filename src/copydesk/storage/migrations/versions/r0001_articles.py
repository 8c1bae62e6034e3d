"""Articles, their tags, revisions, funnel and views."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0001_articles.sql")
