"""Bringing the schema of a record up to date before anything reads it."""

from __future__ import annotations

import asyncio
import threading

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from storage.location import Location

# Alembic's `op` and `context` are one per process.
_alembic = threading.Lock()


def alembic_config(connection: Connection | None = None) -> Config:
    """Describe our migrations to Alembic, without a file and wherever the package is installed."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


async def upgrade(location: Location, engine: AsyncEngine, busy_timeout: float) -> None:
    """Bring the record to the newest revision, in one transaction.

    Raises:
        StorageError: when the record is of a newer court, or of something else.
    """
    if location.is_sqlite:
        await asyncio.to_thread(_upgrade_sqlite, location, busy_timeout)
    else:
        async with engine.begin() as connection:
            await connection.run_sync(_to_head, location.name)


def _upgrade_sqlite(location: Location, busy_timeout: float) -> None:
    # By the plain driver: a file that cannot be opened fails here, before any connection has a thread.
    engine = sa.create_engine(
        location.url.set(drivername="sqlite"),
        poolclass=sa.NullPool,
        connect_args={"isolation_level": None, "timeout": busy_timeout},
    )
    with _alembic, engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        # To rebuild a table is to drop it for a moment, which would take the rows that refer to it along.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _to_head(connection, location.name):
            check_references(connection, location.name)
        connection.commit()


def check_references(connection: Connection, name: str) -> None:
    """Refuse what a migration left on SQLite, if a row refers to one that is not there.

    Raises:
        StorageError: when there is such a row.
    """
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise StorageError(
            f"{name}: it was not brought up to date, a row of “{dangling[0]}” refers to one that is not there; "
            "restore a backup, and tell the court's authors"
        )


def _to_head(connection: Connection, name: str) -> bool:
    """Bring the schema to the newest revision; whether there was anything to do."""
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    found = set(MigrationContext.configure(connection).get_current_heads())
    if not found and set(sa.inspect(connection).get_table_names()) - {"alembic_version"}:
        raise StorageError(f"{name}: it holds tables of another program; name another file")
    if unknown := found - {script.revision for script in scripts.walk_revisions()}:
        raise StorageError(
            f"{name}: it was written by a newer court (revision {', '.join(sorted(unknown))}); "
            "update the court, or restore a backup from before"
        )
    if found == set(scripts.get_heads()):
        # A record that cannot be written shall say so now, not at the first question.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return False
    command.upgrade(config, "head")
    return True
