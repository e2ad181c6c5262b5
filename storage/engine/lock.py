"""The lock that lets one process at a time have a record open.

The operating system frees it when the process ends, however it ends. The lock file stays, because removing it would
let two processes lock two files of the same name. If somebody removes it all the same, the holder notices and commits
nothing more. It says which process opened the record last, and when. (The library `filelock` would do the locking
alone, for 25 ms of every start.)
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Refuses a symbolic link in place of the lock file, whose target would be written to."""

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


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that this process holds."""

    path: Path
    descriptor: int

    def is_effective(self) -> bool:
        """Return whether the lock file is still the locked one. If not, another process can lock the one there now."""
        try:
            return os.path.samestat(self.path.lstat(), os.fstat(self.descriptor))
        except OSError:
            return False


@contextmanager
def locked(location: Location, *, instead: str = "set DATABASE_URL to another record") -> Iterator[Lock | None]:
    """Keep the record to this process during the block. A record that is not a plain file needs no lock: yield None.

    `instead` is what the host can do if the other process shall go on.

    Raises:
        StorageError: when another process has it, or when the lock file cannot be used.
    """
    if location.path is None:
        yield None
        return
    path = beside(location.path, ENDING)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, FILE_MODE)
    except OSError as error:
        raise _unusable(location, path, error) from error
    try:
        _take(location, path, descriptor, instead)
        yield Lock(path, descriptor)
    finally:
        os.close(descriptor)


def _take(location: Location, path: Path, descriptor: int, instead: str) -> None:
    try:
        if not _try(descriptor) and not _try(descriptor, after=SECOND_TRY):
            raise StorageError(
                f"{location.name}: another court has it open{_holder(descriptor)}; stop it first, or {instead}; "
                "deleting the lock file does not help"
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
    """Return by whom the lock is held and since when, as far as the file says it."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        process, since = os.read(descriptor, LENGTH).decode().split()
        return f" (process {int(process)}, since {datetime.fromisoformat(since):%Y-%m-%d %H:%M} UTC)"
    except ValueError:
        return ""


def _unusable(location: Location, path: Path, error: OSError) -> StorageError:
    advice = "give the court's user write access to it and its folder, on a disk that has file locks"
    if error.errno == errno.ENOSPC:
        advice = "free some space"
    elif path.is_symlink():
        advice = "it is a symbolic link; remove it"
    return StorageError(f"{location.name}: the lock file {path} cannot be used ({error.strerror}); {advice}")
