"""Where the record is kept: reads the host's database address into what the engine needs."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from court.errors import StorageError
from storage.engine.files import beside, make_folder

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@dataclass(frozen=True, slots=True)
class Location:
    """A database address with an asynchronous driver, and its name in messages."""

    url: URL
    name: str
    """Safe to show: it contains no password."""
    path: Path | None = None
    """The record's file, with no symbolic link in its path, or None if the record is not a plain file."""
    in_memory: bool = False
    """Whether the record is lost when its last connection is closed."""

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def make_folder(self) -> None:
        """Create the file's folder, for its owner alone, if it is missing.

        Raises:
            StorageError: when it cannot be created.
        """
        if self.path is None:
            return
        try:
            make_folder(self.path.parent)
        except OSError as error:
            raise StorageError(
                f"{self.name}: the folder {self.path.parent} cannot be created ({error.strerror}); "
                "create it, or choose another file"
            ) from error

    def file_id(self) -> tuple[int, int] | None:
        """Return the device and inode of the file that is there now, or None if it is gone or not a plain file."""
        if self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def check_file(self) -> None:
        """Check that the file, if there is one, is not what is left of a record that was lost.

        Raises:
            StorageError: when it is empty, or when it is gone and what SQLite keeps beside it is not.
        """
        if self.path is None:
            return
        wal = beside(self.path, "-wal")
        if self.path.is_file() and not self.path.stat().st_size:
            raise StorageError(
                f"{self.name}: the file is empty: the record in it was lost or never written; restore a backup with "
                "`court restore`, or delete the file to begin a new record"
            )
        if not self.path.exists() and wal.exists() and wal.stat().st_size:
            raise StorageError(
                f"{self.name}: the file is gone, but {wal.name} with a part of it is still there; put the file back, "
                f"restore a backup with `court restore`, or delete {wal.name} to begin a new record"
            )

    def for_reading(self) -> Location:
        """Return the same record, opened so that reading it leaves every file as it is. Nothing is created."""
        if self.path is None:
            return self
        uri, _, how = uri_for_reading(self.path).partition("?")
        query = {**self.url.query, **dict(parse_qsl(how)), "uri": "true"}
        return replace(self, url=self.url.set(database=uri, query=query))


def uri_for_reading(path: Path) -> str:
    """Return the SQLite URI with which reading a database leaves every file as it is."""
    if beside(path, "-wal").exists():
        # Whoever closes a database last moves its WAL into it, unless it was opened with `ro`.
        how = "mode=ro"
    elif os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        # Without a WAL there is nothing to move, and `ro` would leave an empty one behind.
        how = "mode=rw"
    else:
        # SQLite opens no other file that it may not write beside. No court has it open: that one would have a WAL.
        how = "mode=ro&immutable=1"
    return f"file:{quote(str(path))}?{how}"


def locate(address: str) -> Location:
    """Read a database address and set the asynchronous driver for it.

    Raises:
        StorageError: when it is not an address, or names a database that the court does not support.
    """
    try:
        url = make_url("sqlite://" if address == ":memory:" else address)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise StorageError("DATABASE_URL cannot be read; write it like sqlite:///data/court.sqlite3") from None
    if backend not in DRIVERS:
        raise StorageError(
            f"DATABASE_URL: a record cannot be kept in “{backend}”; write an address like sqlite:///data/court.sqlite3"
        )
    if backend == "sqlite" and url.host:
        raise StorageError(
            "DATABASE_URL needs a third slash before the file: write it like sqlite:///data/court.sqlite3"
        )
    url = url.set(drivername=DRIVERS[backend])
    return _locate_sqlite(url) if backend == "sqlite" else Location(url, url.render_as_string())


def _locate_sqlite(url: URL) -> Location:
    database = url.database or ":memory:"
    if database == ":memory:":
        # Connections share it by its name, and each has its own transaction. With a plain :memory:, all share one.
        url = url.set(database=f"file:/court-{secrets.token_hex(8)}", query={"vfs": "memdb", "uri": "true"})
        return Location(url, "the record in memory", in_memory=True)
    if database.startswith("file:"):
        return Location(url, database, _path_of_uri(url))
    path = Path(os.path.realpath(database))
    return Location(url.set(database=str(path)), database, path)


def _path_of_uri(url: URL) -> Path | None:
    """Return the path in an SQLite URI, or None if what it names is not a plain file."""
    path = unquote(urlsplit(str(url.database)).path)
    if not path or path == ":memory:" or url.query.get("mode") == "memory" or "vfs" in url.query:
        return None
    return Path(os.path.realpath(path))
