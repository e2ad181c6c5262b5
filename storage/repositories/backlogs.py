"""How much work waits, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models.work import Backlog, Precedence, WorkState
from court.ports.work import Backlogs
from storage.lanes import WAITING_STATES
from storage.repositories import Registered
from storage.schema import guilds, hearing_queue, lanes, outbox

LANES_READ = 100
"""The lanes that have waited longest, of which the pace of each is looked at."""


class SqlBacklogs:
    """`court.ports.Backlogs` over one transaction. It reads indexes, and no row of what is done."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def at(self, now: datetime) -> Backlog:
        waiting = await self._count(hearing_queue.c.state == WorkState.WAITING)
        under_way = await self._count(hearing_queue.c.state == WorkState.CLAIMED, hearing_queue.c.lease_until > now)
        late, since = await self._late(now)
        return Backlog(
            hearings_waiting=waiting,
            hearings_late=late,
            hearings_under_way=under_way,
            hearing_since=since,
            dispatches_waiting=await self._dispatches(),
            dispatch_since=await self._dispatch_since(now),
            servers_held_up=await self._count(guilds.c.adjourned_until > now),
        )

    async def _late(self, now: datetime) -> tuple[int, datetime | None]:
        found = await self._connection.execute(
            sa.select(sa.func.count().label("number"), sa.func.min(hearing_queue.c.due_at).label("since")).where(
                hearing_queue.c.state == WorkState.WAITING,
                # Always true, but lets the index go straight to the late rows of each.
                hearing_queue.c.precedence.in_(list(Precedence)),
                hearing_queue.c.due_at <= now,
            )
        )
        row = found.first()
        return (0, None) if row is None else (row.number, row.since)

    async def _dispatches(self) -> int:
        # Lane by lane: of a join, SQLite would read the whole outbox, which grows with everything that was ever said.
        in_lane = outbox.c.guild_id == lanes.c.guild_id, outbox.c.lane == lanes.c.lane
        of_lane = (
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(*in_lane, outbox.c.state.in_(WAITING_STATES))
            .correlate(lanes)
            .scalar_subquery()
        )
        number = await self._connection.scalar(sa.select(sa.func.sum(of_lane)).where(lanes.c.due_at.is_not(None)))
        return int(number or 0)

    async def _dispatch_since(self, now: datetime) -> datetime | None:
        found = await self._connection.execute(
            sa.select(lanes.c.due_at, lanes.c.paced_until)
            .where(
                lanes.c.due_at <= now,
                lanes.c.closed_until.is_(None),
                lanes.c.limited_until.is_(None),
                sa.or_(lanes.c.paced_until.is_(None), lanes.c.paced_until <= now),
                sa.or_(lanes.c.lease_until.is_(None), lanes.c.lease_until <= now),
            )
            .order_by(lanes.c.due_at)
            .limit(LANES_READ)
        )
        return min((max(row.due_at, row.paced_until or row.due_at) for row in found), default=None)

    async def _count(self, *where: sa.ColumnElement[bool]) -> int:
        counted: sa.Select[Any] = sa.select(sa.func.count()).where(*where)
        return await self._connection.scalar(counted) or 0


REPOSITORY: Registered[Backlogs] = SqlBacklogs
