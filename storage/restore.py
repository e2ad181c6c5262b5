"""Puts a backup in the place of a record, and keeps the former record beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from court.errors import StorageError
from storage.backup import PATIENCE, Contents, copied, dated, examine, remove_parts, writable
from storage.engine.failures import explained
from storage.engine.files import beside, make_private, readable_by_others, sync_folder
from storage.engine.location import Location, uri_for_reading
from storage.engine.lock import locked
from storage.migrations.revisions import check_known

ID_STEP = 10_000
"""How many ids above its newest a restored record leaves out at least. They may have been given since the backup."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done."""

    contents: Contents
    former: Path | None
    """Where the former record is kept, or None if there was none."""


def restore(location: Location, backup: Path) -> Restored:
    """Put a verified copy of `backup` in the place of the record. The former record gets another name.

    Ids that the former record gave are not given again: buttons on messages that were sent since the backup carry them.

    Raises:
        StorageError: when the backup is not a sound record that this court knows, when a court has the record open, or
            when the copy cannot be written. The record is as it was then.
    """
    if location.path is None:
        raise StorageError(f"{location.name}: only a record in a file can be restored; set DATABASE_URL to that file")
    if not backup.is_file():
        raise StorageError(f"{backup}: there is no such file; name the backup to restore")
    if location.path.exists() and backup.samefile(location.path):
        raise StorageError(f"{backup}: this is the record itself; name the backup to restore")
    location.make_folder()
    with locked(location):
        remove_parts(location)
        with copied(backup, str(backup), location.path) as (copy, contents), writable(location.path):
            check_known(contents.revisions, str(backup))
            _skip_ids(copy, location.name, beyond=_newest_id(location.path))
            with _set_aside(location.path, location.name) as former:
                copy.replace(location.path)
                sync_folder(location.path.parent)
        return Restored(contents, former)


def _newest_id(path: Path) -> int:
    """Return the highest id that a record has given in any table, or 0 if it cannot be read."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(uri_for_reading(path), uri=True, timeout=PATIENCE)) as connection:
            return int(connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0])
    except sqlite3.Error:
        return 0  # lost or damaged, which may be why a backup is restored


def _skip_ids(copy: Path, name: str, *, beyond: int) -> None:
    """Let every table that gives ids go on above `beyond`, and some way above its own newest id."""
    with explained(name), closing(sqlite3.connect(copy, isolation_level=None, timeout=PATIENCE)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        own = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0]
        connection.execute("DELETE FROM sqlite_sequence")
        newest = max(beyond, own + ID_STEP)
        connection.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", [(table, newest) for (table,) in tables])
        connection.execute("COMMIT")


@contextmanager
def _set_aside(path: Path, name: str) -> Iterator[Path | None]:
    """Give the record another name, and yield it. As far as possible it keeps its own too, until it is replaced.

    If the block fails, the record gets its name back.
    """
    _make_single_file(path, name)
    left = [ending for ending in ("-wal", "-journal") if beside(path, ending).exists()]
    if not path.exists() and not left:
        yield None
        return
    former = dated(path, ".replaced-")
    try:
        if path.exists():
            try:
                os.link(path, former)
            except OSError:
                path.rename(former)  # a file system without links
            if readable_by_others(former):
                make_private(former)
        # What SQLite keeps beside a record belongs to that record, and would damage another one.
        for ending in left:
            beside(path, ending).rename(beside(former, ending))
        beside(path, "-shm").unlink(missing_ok=True)
        yield former
    except BaseException:
        _put_back(path, former)
        raise


def _put_back(path: Path, former: Path) -> None:
    for ending in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            beside(former, ending).replace(beside(path, ending))
    with suppress(FileNotFoundError):
        if path.exists() and path.samefile(former):
            former.unlink()  # renaming one name of a file to another one does nothing
        else:
            former.replace(path)


def _make_single_file(path: Path, name: str) -> None:
    """Move what is in the WAL into the record. A record that is lost or damaged is left as it is, with its WAL."""
    try:
        examine(path, name)
    except StorageError:
        # That may be why a backup is restored. Opened for writing, SQLite could remove the WAL of a damaged record.
        return
    with explained(name), closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
