"""Where a demo keeps its record: in a folder of its own that is removed at its end, or in a place that stays."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from court.errors import StorageError
from storage.engine.location import locate
from storage.engine.lock import locked

KEPT = Path("data/demo.sqlite3")
"""The record of `court demo --keep`, in the folder in which it is started."""

NAME = "demo.sqlite3"
PREFIX = "court-demo-"

STALE_AFTER = 3_600.0
"""Seconds after which the folder of a demo that is gone is removed. A new one has no lock in its first moments."""


@contextmanager
def record_for(*, keep: bool) -> Iterator[Path]:
    """Yield the path of the record of a demo. Unless `keep` is set, it is in a new folder that is removed afterwards.

    Raises:
        StorageError: when the folder cannot be made.
    """
    if keep:
        yield KEPT
        return
    remove_stale(Path(tempfile.gettempdir()))
    try:
        folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageError(
            f"the demo's record cannot be made in {tempfile.gettempdir()} ({error.strerror}); free some space, or set "
            "TMPDIR to another folder"
        ) from error
    with folder as made:
        yield Path(made) / NAME


def remove_stale(folder: Path) -> None:
    """Remove from `folder` what killed demos left behind. What another user or a running demo has is left alone."""
    for left in folder.glob(f"{PREFIX}*"):
        try:
            if time.time() - left.stat().st_mtime < STALE_AFTER:
                continue
            with locked(locate(f"sqlite:///{left / NAME}")):
                shutil.rmtree(left, ignore_errors=True)
        except (OSError, StorageError):
            continue
