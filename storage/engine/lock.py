"""The lock that lets one process at a time have a record open.

The operating system frees it when the process ends, however it ends. The lock file stays, because removing it would
let two processes lock two files of the same name. It holds the process and the time of the last opening. (The library
`filelock` would do the locking alone, for 25 ms of every start.)
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from court.errors import StorageError
from storage.engine.files import FILE_MODE, beside, make_private
from storage.engine.location import Location

ENDING = ".lock"
LENGTH = 64
"""Bytes of the line that says who holds the lock."""

SECOND_TRY = 0.1
"""Seconds until a lock that is held is tried again. Its holder may just be ending, or about to say who it is."""

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Where one byte is locked. Windows lets nobody read locked bytes, and the beginning has to be readable."""

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(location: Location, *, instead: str = "set DATABASE_URL to another record") -> Iterator[None]:
    """Keep the record to this process during the block. A record that is not a plain file needs no lock.

    `instead` is what the host can do if the other process shall go on.

    Raises:
        StorageError: when another process has it, or when the lock file cannot be used.
    """
    if location.path is None:
        yield
        return
    path = beside(location.path, ENDING)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    except OSError as error:
        raise _unusable(location, path, error) from error
    try:
        _take(location, path, descriptor, instead)
        yield
    finally:
        os.close(descriptor)


def _take(location: Location, path: Path, descriptor: int, instead: str) -> None:
    try:
        if not _try(descriptor) and not _try(descriptor, after=SECOND_TRY):
            raise StorageError(
                f"{location.name}: another court has had it open{_holder(descriptor)}; stop it first, or {instead}"
            )
        make_private(path)
        os.lseek(descriptor, 0, os.SEEK_SET)
        # Always as long, so that nothing is left of the one before, and nobody finds the file empty.
        line = f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')}".ljust(LENGTH - 1)
        os.write(descriptor, f"{line}\n".encode())
    except OSError as error:
        raise _unusable(location, path, error) from error


def _try(descriptor: int, *, after: float = 0.0) -> bool:
    """Return whether the lock was free `after` so many seconds, and is now ours."""
    time.sleep(after)
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True


def _holder(descriptor: int) -> str:
    """Return since when the lock is held and by whom, as far as the file says it."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        process, since = os.read(descriptor, LENGTH).decode().split()
        return f" since {datetime.fromisoformat(since):%Y-%m-%d %H:%M} UTC (process {int(process)})"
    except ValueError:
        return ""


def _unusable(location: Location, path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{location.name}: the lock file {path} cannot be used ({error.strerror}); "
        "give the court's user write access to it and its folder, on a disk that has file locks"
    )
