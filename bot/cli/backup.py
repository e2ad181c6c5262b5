"""`court backup` and `court restore`: whole copies of the record, and back."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.filesize import decimal

from bot.settings import Settings
from storage.backup import Contents, back_up
from storage.engine.location import locate
from storage.restore import restore as restore_record


def backup(settings: Settings, file: Path) -> str:
    """Back the record up to `file`; return what was written.

    Raises:
        StorageError: when it cannot be done; nothing is left of the attempt.
    """
    location = locate(settings.database_url)
    return f"{location.name} was backed up to {file}: {_size(back_up(location, file))}; the copy was verified."


def restore(settings: Settings, file: Path) -> str:
    """Put the backup `file` in the place of the record; return what was done and how to undo it.

    Raises:
        StorageError: when it cannot be done; the record is as it was.
    """
    location = locate(settings.database_url)
    done = restore_record(location, file)
    restored = f"{location.name} was restored from {file}: {_size(done.contents)}"
    if done.former is None:
        return f"{restored}; there was no record before."
    undo = f"court restore {shlex.quote(str(done.former))}"
    return f"{restored}; the former record is now {done.former}, and `{undo}` undoes this."


def _size(contents: Contents) -> str:
    return f"{contents.rows:,} rows in {len(contents.tables)} tables, {decimal(contents.size)}"
