"""Brings the schema of a record up to date before anything reads it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from court.errors import StorageError
from storage.backup import back_up_before
from storage.engine.files import beside, make_file, remove_database, sync_folder
from storage.engine.location import Location
from storage.migrations.revisions import REVISION, REVISIONS, revisions_of

log = logging.getLogger(__name__)

UNFINISHED = ".new"
"""The ending of a record that is being made. It gets its own name when it is whole."""


async def upgrade(location: Location, engine: AsyncEngine, busy_timeout: float) -> None:
    """Bring the record to the newest revision, in one transaction. Make the record if there is none.

    Raises:
        StorageError: when the record was written by a newer court or by another program.
    """
    if location.is_sqlite:
        await asyncio.to_thread(_upgrade_sqlite, location, busy_timeout)
    else:
        async with engine.begin() as connection:
            await connection.run_sync(_to_head, location.name)


def _upgrade_sqlite(location: Location, busy_timeout: float) -> None:
    if location.path is None or location.path.exists() or location.url.query.get("mode", "rwc") != "rwc":
        _migrate_sqlite(location.url, location, busy_timeout, journal="WAL")
        return
    # SQLite would create an empty file first. After a crash it would be taken for a record that was lost.
    unfinished = beside(location.path, UNFINISHED)
    try:
        remove_database(unfinished)
        make_file(unfinished)
        # Without a WAL, whose content SQLite may fail to move into the file without an error: only the file is renamed.
        url = URL.create("sqlite", database=str(unfinished))
        _migrate_sqlite(url, location, busy_timeout, journal="DELETE")
        unfinished.replace(location.path)
        sync_folder(location.path.parent)
    except OSError as error:
        raise StorageError(f"{location.name}: it cannot be created ({error.strerror}); {_advice(error)}") from error
    finally:
        with contextlib.suppress(OSError):  # the next start removes it
            remove_database(unfinished)


def _advice(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space"
    return "give the court's user write access to the folder, or choose another file"


def _migrate_sqlite(url: URL, location: Location, busy_timeout: float, *, journal: str) -> None:
    # With the synchronous driver: a file that cannot be opened fails here, before any connection has a thread.
    engine = sa.create_engine(
        url.set(drivername="sqlite"),
        poolclass=sa.NullPool,
        connect_args={"isolation_level": None, "timeout": busy_timeout},
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA journal_mode = {journal}")
        _back_up(connection, location)
        # Rebuilding a table drops it for a moment, which fails with foreign keys on while other rows refer to it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _to_head(connection, location.name):
            check_references(connection, location.name)
        connection.commit()


def _back_up(connection: Connection, location: Location) -> None:
    """Back the record up if it will be migrated.

    Raises:
        StorageError: when the backup cannot be made. Then nothing is migrated.
    """
    found = revisions_of(connection)
    if location.path is None or not location.path.exists() or not found or found == {REVISION} or found - REVISIONS:
        return
    try:
        made = back_up_before(location, REVISION)
    except StorageError as error:
        raise StorageError(
            f"{location.name}: it was not brought up to revision {REVISION}, because it could not be backed up: {error}"
        ) from error
    if made is not None:
        path, contents = made
        log.info(
            "%s: backed up to %s (%d rows) before it is brought from revision %s to %s",
            location.name,
            path,
            contents.rows,
            ", ".join(sorted(found)),
            REVISION,
        )


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
    if revisions_of(connection) == {REVISION}:
        # A record that cannot be written must fail now, not at the first question.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        return False
    # Alembic takes a third of a second and 13 MB. Most starts have nothing to migrate and do without it.
    from storage.migrations.run import migrate  # noqa: PLC0415

    migrate(connection, name)
    return True
