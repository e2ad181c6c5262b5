"""Hearings to hold, in the database."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models.work import PRESSING, Adjourned, DueHearing, Lease, Precedence, WorkState
from court.ports.work import HearingQueue
from storage.engine.types import UtcDateTime
from storage.engine.upsert import Insert, insert_into
from storage.repositories import Registered
from storage.schema import OPEN_IN_QUEUE, cases, hearing_queue


class SqlHearingQueue:
    """`court.ports.HearingQueue` over one transaction. A row is open while it waits or is claimed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def schedule(self, case_id: int, due_at: datetime, precedence: Precedence = Precedence.ROUTINE) -> None:
        await self._connection.execute(
            _schedule(self._connection.dialect.name),
            {
                "case_id": case_id,
                "due_at": due_at,
                "state": WorkState.WAITING,
                "attempts": 0,
                "precedence": precedence,
                "adjourned": False,
            },
        )

    async def claim(self, now: datetime, lease: Lease) -> DueHearing | None:
        await self._change(
            hearing_queue.c.state == WorkState.CLAIMED,
            hearing_queue.c.lease_until <= now,
            hearing_queue.c.owner != lease.owner,
            state=WorkState.WAITING,
        )
        due = (
            sa.select(hearing_queue.c.id)
            .where(
                hearing_queue.c.state == WorkState.WAITING,
                # Always true, but lets the index go straight to the due rows of each; else all that wait are read.
                hearing_queue.c.precedence.in_(list(Precedence)),
                hearing_queue.c.due_at <= now,
            )
            .order_by(hearing_queue.c.precedence, hearing_queue.c.due_at, hearing_queue.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)  # PostgreSQL only; SQLite has one writer at a time
        )
        row = (
            await self._connection.execute(
                sa.update(hearing_queue)
                .where(hearing_queue.c.id == due.scalar_subquery())
                .values(
                    state=WorkState.CLAIMED,
                    attempts=hearing_queue.c.attempts + 1,
                    adjourned=False,
                    owner=lease.owner,
                    lease_until=lease.until,
                )
                .returning(hearing_queue)
            )
        ).first()
        return None if row is None else _due_hearing(row)

    async def finish(self, due_hearing_id: int) -> None:
        await self._change(hearing_queue.c.id == due_hearing_id, OPEN_IN_QUEUE, state=WorkState.DONE)

    async def postpone(self, due_hearing_id: int, due_at: datetime) -> None:
        await self._give_back(due_hearing_id, due_at=due_at, unreachable_since=None)

    async def adjourn(self, due_hearing_id: int, until: datetime) -> None:
        attempts = hearing_queue.c.attempts - 1
        await self._give_back(due_hearing_id, due_at=until, attempts=attempts, adjourned=True, unreachable_since=None)

    async def put_off(self, due_hearing_id: int, now: datetime, until: datetime, *, counts: bool) -> None:
        await self._give_back(
            due_hearing_id,
            due_at=until,
            attempts=hearing_queue.c.attempts - (0 if counts else 1),
            unreachable_since=sa.func.coalesce(hearing_queue.c.unreachable_since, sa.literal(now, UtcDateTime)),
        )

    async def reached(self, now: datetime) -> int:
        return await self._change(
            hearing_queue.c.state.in_([WorkState.WAITING, WorkState.PARKED]),
            hearing_queue.c.unreachable_since.is_not(None),
            due_at=now,
            unreachable_since=None,
        )

    async def adjourned(self, guild_id: int) -> Adjourned | None:
        held_up = await self._connection.execute(
            sa.select(sa.func.count().label("hearings"), sa.func.min(hearing_queue.c.due_at).label("until"))
            .join(cases, cases.c.id == hearing_queue.c.case_id)
            .where(hearing_queue.c.state == WorkState.WAITING, hearing_queue.c.adjourned, cases.c.guild_id == guild_id)
            .having(sa.func.count() > 0)
        )
        row = held_up.first()
        return None if row is None else Adjourned(row.hearings, row.until)

    async def resume(self, now: datetime, guild_id: int | None = None) -> int:
        held_up = [hearing_queue.c.state == WorkState.WAITING, hearing_queue.c.adjourned]
        if guild_id is not None:
            held_up.append(_of_guild(guild_id))
        return await self._change(*held_up, due_at=now, adjourned=False)

    async def hurry(self, now: datetime, until: datetime) -> int:
        return await self._change(
            hearing_queue.c.state == WorkState.WAITING,
            hearing_queue.c.precedence.in_(sorted(PRESSING)),
            hearing_queue.c.due_at.between(now, until),
            hearing_queue.c.adjourned,
            due_at=now,
            adjourned=False,
        )

    async def release_all(self) -> int:
        return await self._change(hearing_queue.c.state == WorkState.CLAIMED, state=WorkState.WAITING)

    async def park(self, guild_id: int) -> int:
        waits = hearing_queue.c.state == WorkState.WAITING
        return await self._change(waits, _of_guild(guild_id), state=WorkState.PARKED)

    async def unpark(self, guild_id: int, latest: datetime) -> int:
        parked = hearing_queue.c.state == WorkState.PARKED, _of_guild(guild_id)
        await self._change(*parked, hearing_queue.c.due_at > latest, due_at=latest)
        return await self._change(*parked, state=WorkState.WAITING)

    async def next_due(self, case_id: int) -> datetime | None:
        due: datetime | None = await self._connection.scalar(
            sa.select(hearing_queue.c.due_at).where(hearing_queue.c.case_id == case_id, OPEN_IN_QUEUE)
        )
        return due

    async def bring_forward(self, latest: datetime) -> int:
        return await self._change(
            hearing_queue.c.state == WorkState.WAITING,
            # As in `claim`, so that the index goes straight to the rows.
            hearing_queue.c.precedence.in_(list(Precedence)),
            hearing_queue.c.due_at > latest,
            due_at=latest,
        )

    async def _give_back(self, due_hearing_id: int, **values: Any) -> None:
        claimed = hearing_queue.c.id == due_hearing_id, hearing_queue.c.state == WorkState.CLAIMED
        await self._change(*claimed, state=WorkState.WAITING, **values)

    async def _change(self, *where: sa.ColumnElement[bool] | sa.TextClause, **values: Any) -> int:
        changed = await self._connection.execute(sa.update(hearing_queue).where(*where).values(values))
        return changed.rowcount


@cache
def _schedule(dialect: str) -> Insert:
    # One statement: the index of open rows finds the one that exists, and a claimed one is left alone.
    insert = insert_into(dialect, hearing_queue)
    return insert.on_conflict_do_update(
        index_elements=["case_id"],
        index_where=OPEN_IN_QUEUE,
        set_={name: insert.excluded[name] for name in ("due_at", "precedence", "adjourned")},
        where=hearing_queue.c.state == WorkState.WAITING,
    )


def _of_guild(guild_id: int) -> sa.ColumnElement[bool]:
    return hearing_queue.c.case_id.in_(sa.select(cases.c.id).where(cases.c.guild_id == guild_id))


def _due_hearing(row: sa.Row[Any]) -> DueHearing:
    return DueHearing(
        id=row.id,
        case_id=row.case_id,
        due_at=row.due_at,
        state=row.state,
        attempts=row.attempts,
        precedence=Precedence(row.precedence),
    )


REPOSITORY: Registered[HearingQueue] = SqlHearingQueue
