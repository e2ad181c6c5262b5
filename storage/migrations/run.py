"""Runs our migrations through Alembic, without a configuration file and wherever the package is installed."""

from __future__ import annotations

import threading

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from court.errors import StorageError
from storage.migrations.revisions import check_known

# Alembic's `op` and `context` are global to the process.
_alembic = threading.Lock()


def alembic_config(connection: Connection | None = None) -> Config:
    """Return the Alembic configuration for our migrations."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, name: str) -> None:
    """Bring the schema to the newest revision, in the connection's transaction.

    Raises:
        StorageError: when the record was written by a newer court or by another program.
    """
    config = alembic_config(connection)
    with _alembic:
        found = set(MigrationContext.configure(connection).get_current_heads())
        if not found and set(sa.inspect(connection).get_table_names()) - {"alembic_version"}:
            raise StorageError(f"{name}: it holds tables of another program; choose another file")
        check_known(found, name)
        command.upgrade(config, "head")
