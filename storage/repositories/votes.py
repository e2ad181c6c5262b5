"""The audience's votes, in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import AudienceTally, Vote, VoteSource
from court.ports.cases import Votes
from storage.engine.upsert import upsert
from storage.repositories import Registered
from storage.schema import votes


class SqlVotes:
    """`court.ports.Votes` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cast(self, case_id: int, user_id: int, vote: Vote, source: VoteSource, at: datetime) -> Vote | None:
        replaced = await self.of_member(case_id, user_id)
        await self._connection.execute(
            upsert(self._connection.dialect.name, votes),
            {"case_id": case_id, "user_id": user_id, "vote": vote, "source": source, "cast_at": at},
        )
        return replaced

    async def withdraw(self, case_id: int, user_id: int, vote: Vote, source: VoteSource) -> bool:
        gone = await self._connection.execute(
            sa.delete(votes).where(
                votes.c.case_id == case_id,
                votes.c.user_id == user_id,
                votes.c.vote == vote,
                votes.c.source == source,
            )
        )
        return gone.rowcount > 0

    async def of_member(self, case_id: int, user_id: int) -> Vote | None:
        held: Vote | None = await self._connection.scalar(
            sa.select(votes.c.vote).where(votes.c.case_id == case_id, votes.c.user_id == user_id)
        )
        return held

    async def tally(self, case_id: int) -> AudienceTally:
        # One pass with three counters takes half the time of a GROUP BY.
        counters = [sa.func.count().filter(votes.c.vote == vote).label(vote.value) for vote in Vote]
        counted = await self._connection.execute(sa.select(*counters).where(votes.c.case_id == case_id))
        return AudienceTally(**counted.mappings().one())

    async def origin_of(self, case_id: int, user_id: int) -> tuple[VoteSource, datetime] | None:
        cast = await self._connection.execute(
            sa.select(votes.c.source, votes.c.cast_at).where(votes.c.case_id == case_id, votes.c.user_id == user_id)
        )
        row = cast.first()
        return None if row is None else (row.source, row.cast_at)


REPOSITORY: Registered[Votes] = SqlVotes
