"""The settings of every guild, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Arrival, CapPeriod, GuildSettings
from court.ports.cases import Guilds
from storage.engine.rows import from_row, to_row
from storage.engine.upsert import insert_into, upsert
from storage.repositories import Registered
from storage.schema import guilds

NOTED = ("adjourned_until", "absent_since", "half_of_day_until", "half_of_month_until")
"""The columns that are not settings: what the court itself has noted about a guild."""


class SqlGuilds:
    """`court.ports.Guilds` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, guild_id: int) -> GuildSettings:
        row = (await self._connection.execute(sa.select(guilds).where(guilds.c.guild_id == guild_id))).first()
        return GuildSettings(guild_id) if row is None else from_row(GuildSettings, row)

    async def put(self, settings: GuildSettings) -> None:
        await self._connection.execute(upsert(self._connection.dialect.name, guilds, *NOTED), to_row(settings))

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

    async def arrive(self, guild_id: int) -> Arrival:
        insert = insert_into(self._connection.dialect.name, guilds).values(guild_id=guild_id)
        added = await self._connection.execute(insert.on_conflict_do_nothing().returning(guilds.c.guild_id))
        if added.first() is not None:
            return Arrival.NEW
        returned = await self._connection.execute(
            sa.update(guilds)
            .where(guilds.c.guild_id == guild_id, guilds.c.absent_since.is_not(None))
            .values(absent_since=None)
        )
        return Arrival.RETURNED if returned.rowcount else Arrival.KNOWN

    async def leave(self, guild_id: int, at: datetime) -> None:
        await self._connection.execute(
            sa.update(guilds)
            .where(guilds.c.guild_id == guild_id, guilds.c.absent_since.is_(None))
            .values(absent_since=at)
        )

    async def absent(self, guild_id: int) -> bool:
        found = sa.select(guilds.c.absent_since).where(guilds.c.guild_id == guild_id)
        return await self._connection.scalar(found) is not None

    async def served(self) -> list[GuildSettings]:
        rows = await self._connection.execute(sa.select(guilds).where(guilds.c.absent_since.is_(None)))
        return [from_row(GuildSettings, row) for row in rows]

    async def note_half(self, guild_id: int, period: CapPeriod, until: datetime) -> bool:
        column = guilds.c.half_of_day_until if period is CapPeriod.DAY else guilds.c.half_of_month_until
        insert = insert_into(self._connection.dialect.name, guilds).values({"guild_id": guild_id, column.name: until})
        noted = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id"],
                set_={column.name: insert.excluded[column.name]},
                where=sa.or_(column.is_(None), column < until),
            ).returning(guilds.c.guild_id)
        )
        return noted.first() is not None


REPOSITORY: Registered[Guilds] = SqlGuilds
