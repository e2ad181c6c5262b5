"""Where the record is kept: reads the host's database address into what the engine needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from court.errors import StorageError

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


@dataclass(frozen=True, slots=True)
class Location:
    """A database address with an asynchronous driver, and its name in messages."""

    url: URL
    name: str
    """Safe to show: it contains no password."""
    path: Path | None = None
    """The record's file, or None if the record is not a plain file."""
    in_memory: bool = False
    """Whether the record is lost when its last connection is closed."""

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def make_folder(self) -> None:
        """Create the file's folder if it is missing.

        Raises:
            StorageError: when it cannot be created.
        """
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
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
    url = url.set(drivername=DRIVERS[backend])
    return _locate_sqlite(url) if backend == "sqlite" else Location(url, url.render_as_string())


def _locate_sqlite(url: URL) -> Location:
    database = url.database or ":memory:"
    if database == ":memory:":
        # Connections share it by its name, and each has its own transaction. With a plain :memory:, all share one.
        url = url.set(database=f"file:/court-{secrets.token_hex(8)}", query={"vfs": "memdb", "uri": "true"})
        return Location(url, "the record in memory", in_memory=True)
    if database.startswith("file:"):
        return Location(url, database)
    path = Path(database).absolute()
    return Location(url.set(database=str(path)), database, path)
