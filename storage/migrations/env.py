"""What Alembic runs for every command. `storage.migrations.upgrade` passes the connection and owns the transaction."""

from __future__ import annotations

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can alter little, so Alembic rebuilds the table instead
)
with context.begin_transaction():
    context.run_migrations()
