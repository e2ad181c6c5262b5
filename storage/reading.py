"""What a host is told of a record, whatever its revision. Nothing is migrated, created or locked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from court.models import GuildSettings
from storage.engine.connections import BEGIN, READ, make_engine
from storage.engine.failures import explained
from storage.engine.location import Location
from storage.migrations.revisions import revisions_of
from storage.schema import guilds

PATIENCE = 5.0
"""Seconds to wait for a lock that another program holds."""

_PLACES = (guilds.c.guild_id, guilds.c.verdict_channel_id, guilds.c.mod_channel_id, guilds.c.mod_role_id)
"""Columns that every revision has."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen of a record."""

    revisions: frozenset[str]
    """One, or none in a database that is no record of the court."""
    guilds: tuple[GuildSettings, ...] = ()
    """Where the court posts and who its moderators are in every server that is noted. Other settings are left out."""


async def glance(location: Location) -> Glance:
    """Read what is told of a record, which may be open in a running court.

    Raises:
        StorageError: when it cannot be read; the message names it and says what to do.
    """
    with explained(location.name, reading=True):
        await asyncio.to_thread(location.check_file)
        engine = make_engine(location.for_reading(), PATIENCE, read_only=True)
        try:
            async with engine.execution_options(**{BEGIN: READ}).connect() as connection:
                return await connection.run_sync(_glance)
        finally:
            await engine.dispose()


def _glance(connection: Connection) -> Glance:
    revisions = frozenset(revisions_of(connection))
    if not revisions or not sa.inspect(connection).has_table(guilds.name):
        return Glance(revisions)
    rows = connection.execute(sa.select(*_PLACES))
    return Glance(revisions, tuple(GuildSettings(*row) for row in rows))
