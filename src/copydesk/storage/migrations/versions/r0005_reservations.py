"""Opt-outs of whole origins (TDM Reservation Protocol)."""

from alembic import op

from copydesk.storage.migrations import run_sql_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql_file(op.get_bind(), "0005_reservations.sql")
