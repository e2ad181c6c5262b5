"""What the court holds today, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Standing, Tally
from storage.engine.upsert import upsert
from storage.schema import standings


class SqlStandings:
    """`court.ports.Standings` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, case_id: int) -> Standing:
        row = (await self._connection.execute(sa.select(standings).where(standings.c.case_id == case_id))).first()
        if row is None:
            return Standing()
        return Standing(
            holding=row.holding,
            leaning=row.leaning,
            tally=Tally(row.yes, row.almost, row.in_research, row.no),
            lifetime=Tally(row.lifetime_yes, row.lifetime_almost, row.lifetime_in_research, row.lifetime_no),
            term=row.term,
            since=row.since,
            alarm=row.alarm,
        )

    async def put(self, case_id: int, standing: Standing, at: datetime) -> None:
        await self._connection.execute(
            upsert(self._connection.dialect.name, standings),
            {
                "case_id": case_id,
                "holding": standing.holding,
                "leaning": standing.leaning,
                "yes": standing.tally.yes,
                "almost": standing.tally.almost,
                "in_research": standing.tally.in_research,
                "no": standing.tally.no,
                "updated_at": at,
                "lifetime_yes": standing.lifetime.yes,
                "lifetime_almost": standing.lifetime.almost,
                "lifetime_in_research": standing.lifetime.in_research,
                "lifetime_no": standing.lifetime.no,
                "term": standing.term,
                "since": standing.since,
                "alarm": standing.alarm,
            },
        )
