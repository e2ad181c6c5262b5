"""Bringing the schema of a record up to date before anything reads it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from storage.engine.location import Location

REVISION = max(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))
"""The newest migration, by its file's name: a record at this revision is up to date."""


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
    with engine.connect() as connection:
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
    if _revisions(connection) == {REVISION}:
        # A record that cannot be written shall say so now, not at the first question.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return False
    # Alembic takes a third of a second and 13 MB: most starts have nothing to migrate and do without.
    from storage.migrations.run import migrate  # noqa: PLC0415

    migrate(connection, name)
    return True


def _revisions(connection: Connection) -> set[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())
