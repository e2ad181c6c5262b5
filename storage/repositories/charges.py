"""What hearings cost, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import CutOff, Usage
from court.ports.work import Charges
from storage.repositories import Registered
from storage.schema import charges

IS_OPEN = charges.c.spent.is_(None)


class SqlCharges:
    """`court.ports.Charges` over one transaction. A charge is open until its true cost is known."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reserve(self, guild_id: int, case_id: int, at: datetime, amount: int) -> int:
        row = sa.insert(charges).values(guild_id=guild_id, case_id=case_id, at=at, reserved=amount)
        return int((await self._connection.execute(row.returning(charges.c.id))).scalar_one())

    async def extend(self, charge_id: int, amount: int) -> bool:
        return await self._change(charges.c.id == charge_id, reserved=charges.c.reserved + amount) > 0

    async def settle(self, charge_id: int, usage: Usage) -> None:
        await self._change(charges.c.id == charge_id, spent=usage.cost)

    async def use_up(self, charge_id: int) -> None:
        await self._change(charges.c.id == charge_id, spent=charges.c.reserved)

    async def close_open(self, at: datetime) -> int:
        return await self._change(spent=charges.c.reserved, cut_off_at=at)

    async def cut_off(self, since: datetime) -> CutOff:
        found = await self._connection.execute(
            sa.select(
                sa.func.count(charges.c.cut_off_at.distinct()).label("starts"),
                sa.func.count().label("hearings"),
                sa.func.sum(charges.c.spent).label("spent"),
            ).where(charges.c.cut_off_at >= since)
        )
        row = found.first()
        return CutOff() if row is None else CutOff(row.starts, row.hearings, int(row.spent or 0))

    async def spent(self, since: datetime, guild_id: int | None = None) -> int:
        return await self._sum(sa.func.coalesce(charges.c.spent, charges.c.reserved), since, guild_id)

    async def reserved(self, since: datetime, guild_id: int | None = None) -> int:
        return await self._sum(charges.c.reserved, since, guild_id, IS_OPEN)

    async def _change(self, *where: sa.ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(sa.update(charges).where(IS_OPEN, *where).values(values))
        return changed.rowcount

    async def _sum(
        self, amount: sa.ColumnElement[int], since: datetime, guild_id: int | None, *where: sa.ColumnElement[bool]
    ) -> int:
        of_whom = () if guild_id is None else (charges.c.guild_id == guild_id,)
        total = await self._connection.scalar(
            sa.select(sa.func.sum(amount)).where(charges.c.at >= since, *of_whom, *where)
        )
        return int(total or 0)  # PostgreSQL returns a Decimal, and the sum of no rows is NULL


REPOSITORY: Registered[Charges] = SqlCharges
