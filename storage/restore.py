"""Puts a backup in the place of a record, and keeps the former record beside it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from court.errors import StorageError
from storage.backup import PATIENCE, Contents, copied, dated, examine, writable
from storage.engine.failures import explained
from storage.engine.files import beside, make_private, readable_by_others, sync_folder
from storage.engine.location import Location
from storage.engine.lock import locked
from storage.migrations.revisions import check_known


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done."""

    contents: Contents
    former: Path | None
    """Where the former record is kept, or None if there was none."""


def restore(location: Location, backup: Path) -> Restored:
    """Put a verified copy of `backup` in the place of the record. The former record gets another name.

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
        with copied(backup, str(backup), location.path) as (copy, contents), writable(location.path):
            check_known(contents.revisions, str(backup))
            former = _set_aside(location.path, location.name)
            copy.replace(location.path)
            sync_folder(location.path.parent)
        return Restored(contents, former)


def _set_aside(path: Path, name: str) -> Path | None:
    """Give the record another name, and return it. As far as possible it keeps its own too, until it is replaced."""
    _make_single_file(path, name)
    left = [ending for ending in ("-wal", "-journal") if beside(path, ending).exists()]
    if not path.exists() and not left:
        return None
    former = dated(path, ".replaced-")
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
    return former


def _make_single_file(path: Path, name: str) -> None:
    """Move what is in the WAL into the record. A record that is lost or damaged is left as it is, with its WAL."""
    try:
        examine(path, name)
    except StorageError:
        # That may be why a backup is restored. Opened for writing, SQLite could remove the WAL of a damaged record.
        return
    with explained(name), closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
