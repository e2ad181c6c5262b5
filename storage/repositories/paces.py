"""How far ahead of a pace everybody is, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.ports.cases import Paces
from storage.engine.upsert import upsert
from storage.repositories import Registered
from storage.schema import paces

KEY = paces.primary_key.columns
# By the whole key of each row: with a subquery, SQLite would look at every row of the guild.
DELETE = sa.delete(paces).where(*(column == sa.bindparam(column.name) for column in KEY))


class SqlPaces:
    """`court.ports.Paces` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, guild_id: int, action: str, subject_id: int) -> datetime | None:
        found = await self._connection.execute(
            sa.select(paces.c.until).where(
                paces.c.guild_id == guild_id, paces.c.action == action, paces.c.subject_id == subject_id
            )
        )
        row = found.first()
        return None if row is None else row.until

    async def put(self, guild_id: int, action: str, subject_id: int, until: datetime) -> None:
        await self._connection.execute(
            upsert(self._connection.dialect.name, paces),
            {"guild_id": guild_id, "action": action, "subject_id": subject_id, "until": until},
        )

    async def prune(self, now: datetime, limit: int) -> None:
        over = sa.select(*KEY).where(paces.c.until < now).order_by(paces.c.until).limit(limit)
        keys = [dict(row) for row in (await self._connection.execute(over)).mappings()]
        if keys:
            await self._connection.execute(DELETE, keys)


REPOSITORY: Registered[Paces] = SqlPaces
