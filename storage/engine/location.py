"""Where the record is kept: a host's database address, read into what the engine needs."""

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
    """An address with an asynchronous driver in it, and what to call it in a message."""

    url: URL
    name: str
    """Fit to be shown: it holds no password."""
    path: Path | None = None
    """The file, where the record is a plain one."""
    in_memory: bool = False
    """Whether the record is gone with its last connection."""

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def make_folder(self) -> None:
        """Make the folder of the file where it is missing.

        Raises:
            StorageError: when it cannot be made.
        """
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"{self.name}: the folder {self.path.parent} cannot be made ({error.strerror}); "
                "make it, or name another file"
            ) from error

    def file_id(self) -> tuple[int, int] | None:
        """Tell which file is there now, by device and inode; none where it is no plain file or is gone."""
        if self.path is None:
            return None
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def locate(address: str) -> Location:
    """Read a database address; a plain `sqlite:` or `postgresql:` one gets its driver.

    Raises:
        StorageError: when it is no address, or one of a database that the court does not know.
    """
    try:
        url = make_url("sqlite://" if address == ":memory:" else address)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise StorageError("the database address cannot be read; write it like sqlite:///data/court.sqlite3") from None
    if backend not in DRIVERS:
        raise StorageError(
            f"a record cannot be kept in “{backend}”; write an address like sqlite:///data/court.sqlite3"
        )
    url = url.set(drivername=DRIVERS[backend])
    return _locate_sqlite(url) if backend == "sqlite" else Location(url, url.render_as_string())


def _locate_sqlite(url: URL) -> Location:
    database = url.database or ":memory:"
    if database == ":memory:":
        # Connections share it by its name, and each has a transaction of its own; plain :memory: has one for all.
        url = url.set(database=f"file:/court-{secrets.token_hex(8)}", query={"vfs": "memdb", "uri": "true"})
        return Location(url, "the record in memory", in_memory=True)
    if database.startswith("file:"):
        return Location(url, database)
    path = Path(database).absolute()
    return Location(url.set(database=str(path)), database, path)
