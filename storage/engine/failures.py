"""What a database says when it fails, in the words of the person who runs the court."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from court.errors import StorageError

# By the beginning of SQLite's own name of the error; the first that fits speaks.
SENTENCES = (
    ("SQLITE_FULL", "the disk is full, nothing can be written; free some space"),
    ("SQLITE_BUSY", "another program holds it locked; let one court alone use it, and close what else has it open"),
    ("SQLITE_LOCKED", "another program holds it locked; let one court alone use it, and close what else has it open"),
    ("SQLITE_READONLY", "it cannot be written; let the court's user write the file and its folder"),
    ("SQLITE_PERM", "it cannot be written; let the court's user write the file and its folder"),
    ("SQLITE_CANTOPEN", "it cannot be opened; name a file that the court's user may read and write, in a folder alike"),
    ("SQLITE_NOTADB", "it is not a database; name another file, or restore a backup"),
    ("SQLITE_CORRUPT", "it is damaged; restore a backup"),
    ("SQLITE_IOERR", "the disk failed while it was read or written; check the disk and its free space"),
    ("SQLITE_CONSTRAINT", "it refused a row that does not fit the others"),
)


@contextmanager
def told_plainly(name: str, *, reading: bool = False) -> Iterator[None]:
    """Raise what the database says as a `StorageError` of one line that names the record.

    `reading` says that only our own code can be to blame for a write.

    Raises:
        StorageError: instead of any error of the driver or the pool.
        ValueError: for a value that a column type refuses, such as a naive datetime.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if reading and getattr(cause, "sqlite_errorname", "") == "SQLITE_READONLY":
            raise StorageError(f"{name}: a reading transaction tried to write, it kept nothing") from error
        raise StorageError(f"{name}: {sentence(cause)}") from error
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise
    except NoConnectionFree as error:
        raise StorageError(f"{name}: too much is read at once, no connection came free") from error


def sentence(cause: BaseException | None) -> str:
    """Say what a driver's error means and what to do about it."""
    code = str(getattr(cause, "sqlite_errorname", ""))
    detail = " ".join(str(cause).split())
    for beginning, words in SENTENCES:
        if code.startswith(beginning):
            return f"{words} ({detail})"
    return f"it cannot be read or written ({detail})"
