"""Brings the schema of a record up to date before anything reads it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from storage.engine.location import Location

REVISION = max(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))
"""The newest migration, according to the file names. A record at this revision is up to date."""


async def upgrade(location: Location, engine: AsyncEngine, busy_timeout: float) -> None:
    """Bring the record to the newest revision, in one transaction.

    Raises:
        StorageError: when the record was written by a newer court or by another program.
    """
    if location.is_sqlite:
        await asyncio.to_thread(_upgrade_sqlite, location, busy_timeout)
    else:
        async with engine.begin() as connection:
            await connection.run_sync(_to_head, location.name)


def _upgrade_sqlite(location: Location, busy_timeout: float) -> None:
    # With the synchronous driver: a file that cannot be opened fails here, before any connection has a thread.
    engine = sa.create_engine(
        location.url.set(drivername="sqlite"),
        poolclass=sa.NullPool,
        connect_args={"isolation_level": None, "timeout": busy_timeout},
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        # Rebuilding a table drops it for a moment, which fails with foreign keys on while other rows refer to it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _to_head(connection, location.name):
            check_references(connection, location.name)
        connection.commit()


def check_references(connection: Connection, name: str) -> None:
    """Check that no row refers to a missing one after a migration on SQLite.

    Raises:
        StorageError: when there is such a row.
    """
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise StorageError(
            f"{name}: it was not brought up to date because a row of “{dangling[0]}” refers to a missing one; "
            "restore a backup, and report this to the court's authors"
        )


def _to_head(connection: Connection, name: str) -> bool:
    """Bring the schema to the newest revision. Return whether there was anything to do."""
    if _revisions(connection) == {REVISION}:
        # A record that cannot be written must fail now, not at the first question.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return False
    # Alembic takes a third of a second and 13 MB. Most starts have nothing to migrate and do without it.
    from storage.migrations.run import migrate  # noqa: PLC0415

    migrate(connection, name)
    return True


def _revisions(connection: Connection) -> set[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())
