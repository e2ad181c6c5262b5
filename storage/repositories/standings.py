"""What the court holds today, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Standing, Tally
from court.ports.hearings import Standings
from storage.engine.rows import from_row, to_row
from storage.engine.upsert import upsert
from storage.repositories import Registered
from storage.schema import standings

_LIFETIME = "lifetime_"


class SqlStandings:
    """`court.ports.Standings` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, case_id: int) -> Standing:
        row = (await self._connection.execute(sa.select(standings).where(standings.c.case_id == case_id))).first()
        if row is None:
            return Standing()
        lifetime = from_row(Tally, row, prefix=_LIFETIME)
        return from_row(Standing, row, tally=from_row(Tally, row), lifetime=lifetime)

    async def put(self, case_id: int, standing: Standing, at: datetime) -> None:
        await self._connection.execute(
            upsert(self._connection.dialect.name, standings),
            {
                "case_id": case_id,
                "updated_at": at,
                **to_row(standing, without=("tally", "lifetime")),
                **to_row(standing.tally),
                **to_row(standing.lifetime, prefix=_LIFETIME),
            },
        )


REPOSITORY: Registered[Standings] = SqlStandings
