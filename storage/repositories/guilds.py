"""The settings of every guild, in the database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import GuildSettings
from storage.repositories.statements import upsert
from storage.schema import guilds


class SqlGuilds:
    """`court.ports.Guilds` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, guild_id: int) -> GuildSettings:
        row = (await self._connection.execute(sa.select(guilds).where(guilds.c.guild_id == guild_id))).first()
        if row is None:
            return GuildSettings(guild_id)
        return GuildSettings(guild_id, row.verdict_channel_id, row.mod_channel_id, row.mod_role_id)

    async def put(self, settings: GuildSettings) -> None:
        await self._connection.execute(
            upsert(self._connection.dialect.name, guilds),
            {
                "guild_id": settings.guild_id,
                "verdict_channel_id": settings.verdict_channel_id,
                "mod_channel_id": settings.mod_channel_id,
                "mod_role_id": settings.mod_role_id,
            },
        )
