"""Database errors, explained to the host."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from court.errors import RowRefused, StorageError

# By the beginning of SQLite's own name for the error. The first match is used.
SENTENCES = (
    ("SQLITE_FULL", "the disk is full and nothing can be written; free some space"),
    ("SQLITE_BUSY", "another program has locked it; run only one court on it, and close other programs that use it"),
    ("SQLITE_LOCKED", "another program has locked it; run only one court on it, and close other programs that use it"),
    ("SQLITE_READONLY", "it cannot be written; give the court's user write access to the file and its folder"),
    ("SQLITE_PERM", "it cannot be written; give the court's user write access to the file and its folder"),
    (
        "SQLITE_CANTOPEN",
        "it cannot be opened; choose a file that the court's user can read and write, in a folder with the same access",
    ),
    ("SQLITE_NOTADB", "it is not a database; choose another file, or restore a backup"),
    ("SQLITE_CORRUPT", "it is damaged; restore a backup"),
    ("SQLITE_IOERR", "the disk failed while the record was read or written; check the disk and its free space"),
    ("SQLITE_CONSTRAINT", "it refused a row that violates a constraint"),
    ("SQLITE_TOOBIG", "it refused a value that is too long"),
)

_OF_THE_ROW = (IntegrityError, DataError, sqlite3.IntegrityError, sqlite3.DataError)
"""The errors that a row brings about, and that every further try would bring about again."""


@contextmanager
def explained(name: str, *, reading: bool = False) -> Iterator[None]:
    """Raise errors of the database as a `StorageError` whose one-line message names the record.

    With `reading`, only our own code can be to blame for a write that is refused.

    Raises:
        StorageError: in place of any error of the driver or the pool.
        ValueError: for a value that a column type refuses, such as a naive datetime.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if reading and getattr(cause, "sqlite_errorname", "") == "SQLITE_READONLY":
            raise StorageError(f"{name}: a reading transaction tried to write; nothing was stored") from error
        kind = RowRefused if isinstance(error, _OF_THE_ROW) else StorageError
        raise kind(f"{name}: {sentence(cause)}") from error
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise
    except NoConnectionFree as error:
        raise StorageError(f"{name}: too many reads at once, no connection became free; try again later") from error


def sentence(cause: BaseException | None) -> str:
    """Return what a driver's error means and what to do about it."""
    code = str(getattr(cause, "sqlite_errorname", ""))
    detail = " ".join(str(cause).split())
    for prefix, explanation in SENTENCES:
        if code.startswith(prefix):
            return f"{explanation} ({detail})"
    return f"it cannot be read or written ({detail})"
