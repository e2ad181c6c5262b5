"""Checks of the record: whether it can be read and written, and whether it fits this version of the court."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli.checks.findings import Finding, failed, ok, refused, warning
from court.errors import StorageError
from court.models import GuildSettings
from storage.engine.files import readable_by_others
from storage.engine.location import Location
from storage.migrations.revisions import REVISION, check_known
from storage.reading import Glance, glance

_WHO = "Give the user that runs the court access, or set DATABASE_URL to another place."


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the record."""

    findings: list[Finding]
    guilds: Mapping[int, GuildSettings] | None
    """The settings of every server in it; None if they cannot be read."""


async def examine(location: Location) -> Record:
    """Look at the record, which may be in use, without changing, creating or locking anything."""
    if location.in_memory:
        advice = "Set DATABASE_URL to a file, such as sqlite:///data/court.sqlite3."
        return Record([warning("record", "it is kept in memory and lost when the bot stops", advice)], {})
    try:
        if location.path is not None and not location.path.exists():
            location.check_file()
            return Record([_missing(location, location.path)], {})
        seen = await glance(location)
        check_known(seen.revisions, location.name)
    except StorageError as error:
        return Record(refused("record", error), None)
    return Record(_state(location, seen), {one.guild_id: one for one in seen.guilds})


def _missing(location: Location, path: Path) -> Finding:
    folder = next(parent for parent in path.parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return failed("record", f"{location.name}: it cannot be created in {folder}", _WHO)
    return ok("record", f"{location.name}: there is none yet; `court run` creates it")


def _state(location: Location, seen: Glance) -> list[Finding]:
    name, path = location.name, location.path
    found = [_revision(name, seen)]
    if path is not None and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)):
        found.append(failed("record", f"{name}: it cannot be written by this user", _WHO))
    if path is not None and readable_by_others(path):
        found.append(warning("record", f"{name}: other users of this machine can read it", f"Run `chmod 600 {path}`."))
    return found


def _revision(name: str, seen: Glance) -> Finding:
    if seen.revisions == {REVISION}:
        return ok("record", f"{name}: revision {REVISION}, the newest")
    if not seen.revisions:
        return failed(
            "record", f"{name}: it is a database, but no record of the court", "Set DATABASE_URL to another file."
        )
    found = ", ".join(sorted(seen.revisions))
    return warning(
        "record",
        f"{name}: revision {found}; this version of the court needs {REVISION}",
        "Nothing to do: `court run` makes a backup and brings it up to date at its start.",
    )
