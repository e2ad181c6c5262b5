"""Whole, verified copies of a record, made while a court runs on it.

What was written last is in the file `-wal` beside the record. A copy of the record's file alone lacks it, and SQLite
finds nothing wrong with such a copy.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from court.errors import StorageError
from storage.engine.failures import explained
from storage.engine.files import beside, make_file, remove_database, sync_folder
from storage.engine.location import Location, uri_for_reading

log = logging.getLogger(__name__)

KEPT = 3
"""How many of the backups that are made before migrations are kept. The oldest are removed."""

BEFORE = r"\.before-\d{4}-(\d{8}T\d{6}Z)(?:-(\d+))?\.bak"
"""What such a backup has after the name of the record. The groups are its time, and its number within that second."""

PART = r"\.\d+\.part(?:-wal|-shm|-journal)?"
"""What a copy that is being written has after the name that it will get."""

MEBI = 1024 * 1024

PATIENCE = 5.0
"""Seconds to wait for a lock that another program holds."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds."""

    tables: Mapping[str, int]
    """The number of rows by table, without the version of the schema and without the tables of the search index."""
    revisions: frozenset[str]
    size: int
    """Bytes."""

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def back_up(location: Location, to: Path) -> Contents:
    """Write a verified copy of the record to `to`, a single file for its owner alone. The record may be in use.

    Raises:
        StorageError: when there is no record, when `to` is taken or cannot be written, or when the record is damaged.
    """
    if location.path is None or location.file_id() is None:
        raise StorageError(f"{location.name}: there is no record in a file here; set DATABASE_URL to where it is kept")
    location.check_file()
    if os.path.lexists(to):
        raise StorageError(f"{to}: there is something of this name already; choose another name for the backup")
    if not to.parent.is_dir():
        raise StorageError(f"{to}: there is no folder {to.parent}; create it, or choose another one for the backup")
    with copied(location.path, location.name, to) as (unfinished, contents):
        with writable(to):
            unfinished.replace(to)
            sync_folder(to.parent)
        return contents


@contextmanager
def temporary_copy(location: Location) -> Iterator[Path]:
    """Yield a verified copy of the record in a folder that only its owner can enter, and remove both at the end.

    Raises:
        StorageError: when the record cannot be read, or when there is no room for the copy.
    """
    assert location.path is not None  # noqa: S101 - what has no file is not copied
    room = Path(tempfile.gettempdir())
    with writable(room):
        made = tempfile.TemporaryDirectory(prefix="court-")
    with made as folder:
        copy = Path(folder) / location.path.name
        with copied(location.path, location.name, copy) as (unfinished, _):
            unfinished.replace(copy)
        yield copy


def back_up_before(location: Location, revision: str) -> tuple[Path, Contents] | None:
    """Back a record up beside itself before a migration to `revision`, and keep only the newest of such backups.

    Return the path and what is in it, or None if the record has no rows and so nothing to lose.

    Raises:
        StorageError: when the backup cannot be made.
    """
    assert location.path is not None  # noqa: S101 - what has no file is not backed up
    with explained(location.name), _reading(location.path) as connection:
        if not _contents(connection, 0).rows:
            return None
    remove_parts(location)
    to = dated(location.path, f".before-{revision}-", ".bak")
    contents = back_up(location, to)
    _remove_old(location.path, to)
    return to, contents


def _remove_old(record: Path, made: Path) -> None:
    """Remove all backups from before migrations but the newest ones and `made`. What cannot be removed is logged."""
    try:
        found = [(re.fullmatch(re.escape(record.name) + BEFORE, path.name), path) for path in record.parent.iterdir()]
        others = [(match[1], int(match[2] or 1), path) for match, path in found if match and path != made]
        for _, _, old in sorted(others)[: -(KEPT - 1)]:
            old.unlink()
    except OSError as error:
        log.warning("%s: an old backup cannot be removed (%s); remove it yourself", error.filename, error.strerror)


def remove_parts(location: Location) -> None:
    """Remove what a killed restore, or a killed backup before a migration, left unfinished. Needs the record's lock.

    What a host's own backup writes is not touched: it needs no lock and may be under way. What cannot be removed is
    logged.
    """
    assert location.path is not None  # noqa: S101 - what has no file has no copies
    part = re.compile(re.escape(location.path.name) + f"(?:{BEFORE})?{PART}")
    try:
        for path in location.path.parent.iterdir():
            if part.fullmatch(path.name):
                path.unlink()
    except OSError as error:
        log.warning("%s: an unfinished copy cannot be removed (%s)", error.filename, error.strerror)


@contextmanager
def copied(source: Path, name: str, to: Path) -> Iterator[tuple[Path, Contents]]:
    """Yield a verified copy of a database under another name in the folder of `to`, and what is in it.

    The block moves it to where it belongs. What is still there afterwards is removed.

    Raises:
        StorageError: when the copy cannot be written, or when it is not a sound record of the court.
    """
    unfinished = beside(to, f".{os.getpid()}.part")
    try:
        with writable(to):
            remove_database(unfinished)
            make_file(unfinished)
        with explained(name), _reading(source) as connection:
            # The copy is made in the transaction that has counted, so both see the same state.
            connection.execute("BEGIN")
            expected = _contents(connection, 0).tables
            _check_room(connection, to)
            with explained(str(to)), closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
                # Leaving the WAL mode takes shared memory otherwise, which not every disk offers.
                copy.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
        contents = examine(unfinished, name)
        if contents.tables != expected:
            raise StorageError(f"{to}: the copy does not hold the rows that the record holds, and was not kept")
        yield unfinished, contents
    finally:
        remove_database(unfinished)


def _check_room(connection: sqlite3.Connection, to: Path) -> None:
    (needed,) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    free = shutil.disk_usage(to.parent).free
    if free < needed:
        raise StorageError(
            f"{to}: it needs {needed / MEBI:,.1f} MiB, but only {free / MEBI:,.1f} MiB are free in its folder; "
            "free some space"
        )


def examine(path: Path, name: str) -> Contents:
    """Check that a database is sound and holds a record of the court. Return what is in it.

    Raises:
        StorageError: when it is not; the message begins with `name`.
    """
    with explained(name), _reading(path) as connection:
        ((problem, *_), *_) = connection.execute("PRAGMA integrity_check").fetchall()
        if problem != "ok":
            raise StorageError(f"{name}: it is damaged ({' '.join(str(problem).split())})")
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        if dangling is not None:
            raise StorageError(f"{name}: it is damaged (a row of “{dangling[0]}” refers to a missing one)")
        contents = _contents(connection, path.stat().st_size)
        if not contents.revisions:
            raise StorageError(f"{name}: it holds no record of the court")
        return contents


def dated(path: Path, before: str, after: str = "") -> Path:
    """Return a free name beside `path`: its own with `before`, the time such as 20261124T221500Z, and `after` added."""
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    again = chain([""], (f"-{number}" for number in count(2)))
    names = (beside(path, f"{before}{now}{number}{after}") for number in again)
    return next(name for name in names if not os.path.lexists(name))


@contextmanager
def writable(to: Path) -> Iterator[None]:
    """Raise errors of the file system as a `StorageError` that names `to`.

    Raises:
        StorageError: in place of any `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(f"{to}: it cannot be written ({error.strerror}); choose another file or folder") from error


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    uri = uri_for_reading(path)
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA query_only = ON")
        yield connection


def _contents(connection: sqlite3.Connection, size: int) -> Contents:
    kept = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
    virtual = tuple(f"{name}_" for name, page in kept.items() if not page)
    tables = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
        for name, page in kept.items()
        if page and not name.startswith((*virtual, "sqlite_")) and name != "alembic_version"
    }
    found = connection.execute("SELECT version_num FROM alembic_version") if "alembic_version" in kept else ()
    return Contents(tables, frozenset(str(revision) for (revision,) in found), size)
