"""Files and folders of the record that only their owner may read, and renames that survive a power cut.

On Windows a file has the rights of its folder, and nothing is changed here.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
OTHERS = 0o077
"""The rights of the group and of everybody else."""

_POSIX = os.name == "posix"


def make_folder(folder: Path) -> None:
    """Create `folder` and the missing ones above it for their owner alone. An existing folder keeps its mode.

    Raises:
        OSError: when one cannot be created.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(FOLDER_MODE if _POSIX else 0o777, exist_ok=True)
    if _POSIX:
        folder.chmod(FOLDER_MODE)  # the umask may have taken away too much


def make_file(path: Path) -> None:
    """Create an empty file for its owner alone.

    SQLite gives the files beside a database (`-wal`, `-shm`, `-journal`) the mode of the database.

    Raises:
        OSError: when it exists already or cannot be created.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
    make_private(path)


def make_private(path: Path) -> None:
    """Take every right to a file of ours from the group and from everybody else.

    Raises:
        OSError: when the file belongs to somebody else.
    """
    if _POSIX:
        path.chmod(FILE_MODE)


def readable_by_others(path: Path) -> bool:
    """Return whether the group or anybody else has a right to the file."""
    return _POSIX and bool(path.stat().st_mode & OTHERS)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk, so that a power cut does not undo a rename."""
    if not _POSIX:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems offer this for files alone
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def beside(path: Path, ending: str) -> Path:
    """Return the path of the file in the same folder whose name is that of `path` with `ending` added."""
    return path.with_name(path.name + ending)


def remove_database(path: Path) -> None:
    """Remove a database that nobody has open, with the files that SQLite keeps beside it.

    Raises:
        OSError: when one cannot be removed.
    """
    for ending in ("", "-wal", "-shm", "-journal"):
        beside(path, ending).unlink(missing_ok=True)
