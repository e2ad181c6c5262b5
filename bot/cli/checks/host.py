"""Checks of the host's own machine: the settings, the file they are in, the disk and the clock."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from discord.http import Route
from rich.filesize import decimal

from bot.cli.checks.findings import PATIENCE, Finding, failed, ok, split_advice, warning
from bot.settings import Settings, read_settings, unknown_variables
from storage.engine.files import beside, readable_by_others
from storage.engine.location import Location

_TIMEOUT = aiohttp.ClientTimeout(total=PATIENCE - 1)

SLOW = timedelta(seconds=30)
"""How far the clock may be off. Hearings would begin, and days and caps end, that much too early or too late."""

WRONG = timedelta(minutes=5)
"""From here on the clock is wrong, and vendors may refuse what is asked."""

TIGHT = 256 * 1024 * 1024
"""Bytes that should be free besides the room for a backup."""

FULL = 16 * 1024 * 1024
"""Bytes without which the record can hardly be written."""


def settings_in(env_file: Path) -> tuple[Settings, list[Finding]]:
    """Read the settings. Return them, with the default in place of each that cannot be used, and what is to be said.

    Raises:
        ConfigurationError: when `env_file` cannot be read at all.
    """
    settings, problems = read_settings(env_file)
    found = [failed("settings", *split_advice(problem)) for problem in problems]
    if not problems:
        where = f"{env_file} and the environment" if env_file.is_file() else "the environment; there is no .env here"
        found.append(ok("settings", f"every setting can be used (from {where})"))
    found += [warning("settings", *split_advice(str(one), ": ")) for one in unknown_variables(env_file)]
    if env_file.is_file() and readable_by_others(env_file):
        found.append(
            warning("settings", f"other users of this machine can read {env_file}", f"Run `chmod 600 {env_file}`.")
        )
    return settings, found


def free_space(location: Location) -> list[Finding]:
    """Check the free space for the record and for the backup that is made before the record is migrated."""
    if location.path is None:
        return []
    folder = next(parent for parent in location.path.parents if parent.is_dir())
    free, size = shutil.disk_usage(folder).free, _size(location.path)
    said = f"{decimal(free)} are free for the record" + (f" of {decimal(size)} and a backup of it" if size else "")
    if free < size + FULL:
        return [failed("disk", said, f"Free at least {decimal(size + FULL)} on the disk of {folder}.")]
    if free < size + TIGHT:
        return [warning("disk", said, f"Free some space on the disk of {folder}.")]
    return [ok("disk", said)]


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, beside(path, "-wal")) if file.is_file())


async def clock() -> list[Finding]:
    """Compare the machine's clock with Discord's. Every answer has the time, also one that refuses the request."""
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(f"{Route.BASE}/gateway") as answer:
            told, now = answer.headers.get("Date", ""), datetime.now(UTC)
        # The time that is told has no fractions of a second.
        ahead = now - parsedate_to_datetime(told).astimezone(UTC) - timedelta(seconds=0.5)
    except (OSError, aiohttp.ClientError, TypeError, ValueError):
        return [warning("clock", "it could not be compared with Discord's", "Check the network, then try again.")]
    seconds, way = round(abs(ahead).total_seconds()), "ahead of" if ahead > timedelta() else "behind"
    off = f"it is {seconds:,} seconds {way} Discord's"
    advice = "Set it, and let the machine keep it: on Linux `sudo timedatectl set-ntp true`."
    if abs(ahead) > WRONG:
        return [failed("clock", off, advice)]
    if abs(ahead) > SLOW:
        return [warning("clock", off, advice)]
    return [ok("clock", f"it agrees with Discord's to within {max(1, seconds)} s")]
