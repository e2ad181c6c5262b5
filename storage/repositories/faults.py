"""The faults of the host that have been told, in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import HostFault
from court.ports.juries import Faults
from storage.engine.upsert import insert_into
from storage.repositories import Registered
from storage.schema import faults_told


class SqlFaults:
    """`court.ports.Faults` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tell(self, guild_id: int, subject: str, fault: HostFault, at: datetime) -> bool:
        insert = insert_into(self._connection.dialect.name, faults_told).values(
            guild_id=guild_id, subject=subject, fault=fault, told_at=at
        )
        told = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id", "subject"],
                set_={name: insert.excluded[name] for name in ("fault", "told_at")},
                where=faults_told.c.fault != insert.excluded.fault,
            ).returning(faults_told.c.subject)
        )
        return told.first() is not None

    async def told(self, guild_id: int) -> dict[str, HostFault]:
        rows = await self._connection.execute(sa.select(faults_told).where(faults_told.c.guild_id == guild_id))
        return {row.subject: row.fault for row in rows}

    async def subjects(self) -> set[str]:
        rows = await self._connection.execute(sa.select(faults_told.c.subject).distinct())
        return {row.subject for row in rows}

    async def over(self, subjects: Collection[str]) -> int:
        gone = await self._connection.execute(sa.delete(faults_told).where(faults_told.c.subject.in_(subjects)))
        return gone.rowcount


REPOSITORY: Registered[Faults] = SqlFaults
