"""Announcements to deliver, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.announcements.kinds import KINDS, RulingAnnouncement, facts_of, read
from court.models import MessageRef
from court.models.announcements import REFERENCES, Announcement, Place
from court.models.work import Dispatch, Lease, Pace, WorkState
from court.ports.work import NO_TIME, Outbox
from storage.lanes import WAITING_STATES, Lanes, in_lane
from storage.repositories import Registered
from storage.schema import outbox

WAITS = outbox.c.state.in_(WAITING_STATES)
IS_OPEN = outbox.c.state.in_([*WAITING_STATES, WorkState.CLAIMED])

MOMENTARY = sorted(
    one.kind for one in KINDS.values() if one.place in (Place.MOD_CHANNEL, Place.NOTICE) and not one.insistent
)
"""The kinds that tell moderators of how things stand at the moment."""

# The state of a claimed dispatch that is given back. One that already has a message must not be posted again.
GIVEN_BACK = sa.case(
    (outbox.c.message_id.is_not(None), sa.literal(WorkState.POSTED, outbox.c.state.type)),
    else_=sa.literal(WorkState.WAITING, outbox.c.state.type),
)


class SqlOutbox:
    """`court.ports.Outbox` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._lanes = Lanes(connection)

    async def add(self, announcement: Announcement, guild_id: int, due_at: datetime) -> int:
        lane = announcement.place.lane
        added = await self._connection.execute(
            sa.insert(outbox)
            .values(
                kind=announcement.kind,
                guild_id=guild_id,
                lane=lane,
                due_at=due_at,
                state=WorkState.WAITING,
                facts=facts_of(announcement),
                attempts=0,
                recheck=False,
                **announcement.references,
            )
            .returning(outbox.c.id)
        )
        await self._lanes.look_at(guild_id, lane, due_at)
        return int(added.scalar_one())

    async def claim(self, now: datetime, lease: Lease, *, failing: int | None = None) -> Dispatch | None:
        while (lane := await self._lanes.take(now, lease, failing)) is not None:
            of_lane = in_lane(lane.guild_id, lane.lane)
            # Whoever had the lane before has left it, so what is claimed in it was cut off.
            await self._change(*of_lane, outbox.c.state == WorkState.CLAIMED, state=GIVEN_BACK, recheck=True)
            first = sa.union_all(*(_first(*of_lane, state=state, now=now) for state in WAITING_STATES)).subquery()
            next_one = sa.select(first.c.id).order_by(first.c.due_at, first.c.id).limit(1).scalar_subquery()
            claimed = await self._one(
                sa.update(outbox)
                .where(outbox.c.id == next_one)
                .values(
                    state=WorkState.CLAIMED,
                    attempts=outbox.c.attempts + 1,
                    # An earlier attempt may have sent its message.
                    recheck=sa.or_(outbox.c.recheck, outbox.c.tried_at.is_not(None)),
                    tried_at=sa.func.coalesce(outbox.c.tried_at, sa.bindparam("tried_at", now, outbox.c.tried_at.type)),
                )
                .returning(outbox)
            )
            if claimed is not None:
                return claimed
            await self._lanes.free(lane.guild_id, lane.lane, now)
        return None

    async def posted(self, dispatch_id: int, message: MessageRef) -> None:
        await self._change(
            outbox.c.id == dispatch_id,
            outbox.c.state == WorkState.CLAIMED,
            state=WorkState.POSTED,
            channel_id=message.channel_id,
            message_id=message.message_id,
        )

    async def done(self, dispatch_id: int) -> None:
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=WorkState.DONE)

    async def postpone(
        self,
        dispatch_id: int,
        due_at: datetime,
        error: str,
        *,
        notice_id: int | None = None,
        may_be_out: bool = True,
    ) -> None:
        changed: dict[str, Any] = {} if notice_id is None else {"notice_id": notice_id}
        if not may_be_out:
            changed["tried_at"] = sa.case((outbox.c.recheck, outbox.c.tried_at))
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=GIVEN_BACK, due_at=due_at, error=error, **changed)

    async def drop(self, dispatch_id: int, error: str) -> None:
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=WorkState.DROPPED, error=error)

    async def free(
        self,
        dispatch: Dispatch,
        now: datetime,
        *,
        pace: Pace | None = None,
        closed: timedelta = NO_TIME,
        limited: timedelta = NO_TIME,
    ) -> None:
        # The row says in which lane it waits, even if nobody can read what it announces.
        of_dispatch = sa.select(outbox.c.lane).where(outbox.c.id == dispatch.id)
        lane = str((await self._connection.execute(of_dispatch)).scalar_one())
        await self._lanes.free(
            dispatch.guild_id,
            lane,
            now,
            pace,
            closed_until=now + closed if closed else None,
            limited_until=now + limited if limited else None,
        )

    async def get(self, dispatch_id: int) -> Dispatch | None:
        return await self._one(sa.select(outbox).where(outbox.c.id == dispatch_id))

    async def supersede(self, dispatch: Dispatch) -> bool:
        announcement = dispatch.announcement
        later = (
            sa.select(sa.func.max(outbox.c.id))
            .where(
                outbox.c.case_id == announcement.references["case_id"],
                outbox.c.kind == announcement.kind,
                outbox.c.id > dispatch.id,
                outbox.c.state != WorkState.DROPPED,
            )
            .scalar_subquery()
        )
        newest = await self._one(sa.select(outbox).where(outbox.c.id == later))
        if newest is None:
            return False
        if newest.state is not WorkState.DONE and newest.notice_id is None:
            known = {"error": dispatch.error, "notice_id": dispatch.notice_id}
            await self._change(outbox.c.id == newest.id, **known)
            await self._change(outbox.c.id == dispatch.id, notice_id=None)
        return True

    async def release_all(self) -> int:
        released = await self._change(outbox.c.state == WorkState.CLAIMED, state=GIVEN_BACK, recheck=True)
        await self._lanes.free_all()
        return released

    async def park(self, guild_id: int) -> int:
        waits = outbox.c.guild_id == guild_id, WAITS
        await self._change(*waits, outbox.c.kind.in_(MOMENTARY), state=WorkState.DROPPED, error="the server has left")
        return await self._change(*waits, state=WorkState.PARKED)

    async def unpark(self, guild_id: int, now: datetime) -> int:
        parked = outbox.c.guild_id == guild_id, outbox.c.state == WorkState.PARKED
        found = await self._change(*parked, state=GIVEN_BACK, due_at=now)
        await self._lanes.open(guild_id, now)
        return found

    async def make_due(self, guild_id: int, now: datetime) -> int:
        found = 0
        for _, lane in await self._lanes.waiting(guild_id):
            for state in WAITING_STATES:
                found += await self._change(*in_lane(guild_id, lane), outbox.c.state == state, due_at=now)
        if found:
            await self._lanes.open(guild_id, now)
        return found

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        return await self._one(
            sa.select(outbox).where(outbox.c.message_id == message_id, outbox.c.kind == RulingAnnouncement.kind)
        )

    async def posted_in(self, guild_id: int, channel_id: int, limit: int) -> list[Dispatch]:
        delivered = await self._connection.execute(
            sa.select(outbox)
            .where(outbox.c.guild_id == guild_id, outbox.c.state == WorkState.DONE, outbox.c.channel_id == channel_id)
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return [_dispatch(row) for row in delivered][::-1]

    async def bring_forward(self, latest: datetime) -> int:
        found = 0
        for guild_id, lane in await self._lanes.waiting():
            found += await self._change(*in_lane(guild_id, lane), WAITS, outbox.c.due_at > latest, due_at=latest)
        await self._lanes.bring_forward(latest)
        return found

    async def _change(self, *where: sa.ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(sa.update(outbox).where(*where).values(values))
        return changed.rowcount

    async def _one(self, statement: sa.Executable) -> Dispatch | None:
        row = (await self._connection.execute(statement)).first()
        return None if row is None else _dispatch(row)


def _first(*where: sa.ColumnElement[bool], state: WorkState, now: datetime) -> sa.Select[Any]:
    """Select the dispatch of that state that has been due longest. One state at a time is a step in the index."""
    due = sa.select(outbox.c.id, outbox.c.due_at).where(*where, outbox.c.state == state, outbox.c.due_at <= now)
    return sa.select(due.order_by(outbox.c.due_at, outbox.c.id).limit(1).subquery())


def _dispatch(row: sa.Row[Any]) -> Dispatch:
    return Dispatch(
        id=row.id,
        announcement=read(row.kind, {name: row._mapping[name] for name in REFERENCES}, row.facts),
        guild_id=row.guild_id,
        due_at=row.due_at,
        state=row.state,
        attempts=row.attempts,
        recheck=row.recheck,
        message=None if row.message_id is None else MessageRef(row.channel_id, row.message_id),
        error=row.error,
        tried_at=row.tried_at,
        notice_id=row.notice_id,
    )


REPOSITORY: Registered[Outbox] = SqlOutbox
