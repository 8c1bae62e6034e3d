"""Run by Alembic for each command; the connection comes from `copydesk.storage.migrate`, which holds the lock."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    version_table_schema="copydesk",
)
with context.begin_transaction():
    context.run_migrations()
