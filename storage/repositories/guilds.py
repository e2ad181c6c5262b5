"""The settings of every guild, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import GuildSettings
from court.ports.cases import Guilds
from storage.engine.rows import from_row, to_row
from storage.engine.upsert import insert_into, upsert
from storage.repositories import Registered
from storage.schema import guilds


class SqlGuilds:
    """`court.ports.Guilds` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, guild_id: int) -> GuildSettings:
        row = (await self._connection.execute(sa.select(guilds).where(guilds.c.guild_id == guild_id))).first()
        return GuildSettings(guild_id) if row is None else from_row(GuildSettings, row)

    async def put(self, settings: GuildSettings) -> None:
        await self._connection.execute(
            upsert(self._connection.dialect.name, guilds, "adjourned_until"), to_row(settings)
        )

    async def adjourn(self, guild_id: int, until: datetime) -> bool:
        insert = insert_into(self._connection.dialect.name, guilds).values(guild_id=guild_id, adjourned_until=until)
        noted = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id"],
                set_={"adjourned_until": insert.excluded.adjourned_until},
                where=sa.or_(guilds.c.adjourned_until.is_(None), guilds.c.adjourned_until < until),
            ).returning(guilds.c.guild_id)
        )
        return noted.first() is not None

    async def resume(self, guild_id: int | None = None) -> None:
        of_whom = sa.true() if guild_id is None else guilds.c.guild_id == guild_id
        await self._connection.execute(
            sa.update(guilds).where(guilds.c.adjourned_until.is_not(None), of_whom).values(adjourned_until=None)
        )


REPOSITORY: Registered[Guilds] = SqlGuilds
