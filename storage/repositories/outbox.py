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
from storage.engine.upsert import insert_into
from storage.repositories import Registered
from storage.schema import lanes, outbox

WAITING_STATES = (WorkState.WAITING, WorkState.POSTED)
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
    """`court.ports.Outbox` over one transaction.

    A lane's `due_at` is when its first dispatch is due. It may be too early, which costs a look, but never too late.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
        insert = insert_into(self._connection.dialect.name, lanes).values(guild_id=guild_id, lane=lane, due_at=due_at)
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id", "lane"],
                set_={"due_at": insert.excluded.due_at},
                where=sa.or_(lanes.c.due_at.is_(None), lanes.c.due_at > insert.excluded.due_at),
            )
        )
        return int(added.scalar_one())

    async def claim(self, now: datetime, lease: Lease, *, failing: int | None = None) -> Dispatch | None:
        while (lane := await self._take_lane(now, lease, failing)) is not None:
            in_lane = _in_lane(lane.guild_id, lane.lane)
            # Whoever had the lane before has left it, so what is claimed in it was cut off.
            await self._change(*in_lane, outbox.c.state == WorkState.CLAIMED, state=GIVEN_BACK, recheck=True)
            first = sa.union_all(*(_first(*in_lane, state=state, now=now) for state in WAITING_STATES)).subquery()
            next_one = sa.select(first.c.id).order_by(first.c.due_at, first.c.id).limit(1).scalar_subquery()
            claimed = await self._one(
                sa.update(outbox)
                .where(outbox.c.id == next_one)
                .values(
                    state=WorkState.CLAIMED,
                    attempts=outbox.c.attempts + 1,
                    tried_at=sa.func.coalesce(outbox.c.tried_at, sa.bindparam("tried_at", now, outbox.c.tried_at.type)),
                )
                .returning(outbox)
            )
            if claimed is not None:
                return claimed
            await self._free_lane(lane.guild_id, lane.lane, now)
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

    async def postpone(self, dispatch_id: int, due_at: datetime, error: str, notice_id: int | None = None) -> None:
        noticed = {} if notice_id is None else {"notice_id": notice_id}
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=GIVEN_BACK, due_at=due_at, error=error, **noticed)

    async def drop(self, dispatch_id: int, error: str) -> None:
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=WorkState.DROPPED, error=error)

    async def free(
        self, dispatch: Dispatch, now: datetime, *, pace: Pace | None = None, closed: timedelta = NO_TIME
    ) -> None:
        # The row says in which lane it waits, even if nobody can read what it announces.
        of_dispatch = sa.select(outbox.c.lane).where(outbox.c.id == dispatch.id)
        lane = str((await self._connection.execute(of_dispatch)).scalar_one())
        changed: dict[str, Any] = {"closed_until": now + closed if closed else None}
        if pace is not None:
            of_lane = lanes.c.guild_id == dispatch.guild_id, lanes.c.lane == lane
            until = await self._connection.scalar(sa.select(lanes.c.paced_until).where(*of_lane))
            changed["paced_until"] = pace.after(until, now)
        await self._free_lane(dispatch.guild_id, lane, now, **changed)

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
        known = {
            "error": sa.func.coalesce(outbox.c.error, dispatch.error),
            "notice_id": sa.func.coalesce(outbox.c.notice_id, dispatch.notice_id),
        }
        return await self._change(outbox.c.id == later, **known) > 0

    async def release_all(self) -> int:
        released = await self._change(outbox.c.state == WorkState.CLAIMED, state=GIVEN_BACK, recheck=True)
        await self._connection.execute(
            sa.update(lanes).where(lanes.c.owner.is_not(None)).values(owner=None, lease_until=None)
        )
        return released

    async def park(self, guild_id: int) -> int:
        waits = outbox.c.guild_id == guild_id, WAITS
        await self._change(*waits, outbox.c.kind.in_(MOMENTARY), state=WorkState.DROPPED, error="the server has left")
        return await self._change(*waits, state=WorkState.PARKED)

    async def unpark(self, guild_id: int, now: datetime) -> int:
        parked = outbox.c.guild_id == guild_id, outbox.c.state == WorkState.PARKED
        found = await self._change(*parked, state=GIVEN_BACK, due_at=now)
        of_guild = lanes.c.guild_id == guild_id
        await self._connection.execute(sa.update(lanes).where(of_guild).values(due_at=now, closed_until=None))
        return found

    async def make_due(self, guild_id: int, now: datetime) -> int:
        found = await self._change(outbox.c.guild_id == guild_id, WAITS, outbox.c.due_at > now, due_at=now)
        waits = lanes.c.guild_id == guild_id, lanes.c.due_at.is_not(None)
        await self._connection.execute(sa.update(lanes).where(*waits).values(due_at=now, closed_until=None))
        return found

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        return await self._one(
            sa.select(outbox).where(outbox.c.message_id == message_id, outbox.c.kind == RulingAnnouncement.kind)
        )

    async def bring_forward(self, latest: datetime) -> int:
        found = 0
        waiting = sa.select(lanes.c.guild_id, lanes.c.lane).where(lanes.c.due_at.is_not(None))
        for guild_id, lane in await self._connection.execute(waiting):
            found += await self._change(*_in_lane(guild_id, lane), WAITS, outbox.c.due_at > latest, due_at=latest)
        for time in (lanes.c.due_at, lanes.c.closed_until, lanes.c.paced_until):
            await self._connection.execute(sa.update(lanes).where(time > latest).values({time: latest}))
        return found

    async def _take_lane(self, now: datetime, lease: Lease, failing: int | None) -> sa.Row[Any] | None:
        due = (
            sa.select(lanes.c.guild_id, lanes.c.lane)
            .where(
                lanes.c.due_at <= now,
                sa.or_(lanes.c.closed_until.is_(None), lanes.c.closed_until <= now),
                sa.or_(lanes.c.paced_until.is_(None), lanes.c.paced_until <= now),
                sa.or_(lanes.c.lease_until.is_(None), lanes.c.lease_until <= now),
                sa.true() if failing is None else sa.or_(lanes.c.closed_until.is_(None), _failing(now) < failing),
            )
            .order_by(lanes.c.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)  # PostgreSQL only; SQLite has one writer at a time
        )
        taken = await self._connection.execute(
            sa.update(lanes)
            .where(sa.tuple_(lanes.c.guild_id, lanes.c.lane).in_(due))
            .values(owner=lease.owner, lease_until=lease.until)
            .returning(lanes.c.guild_id, lanes.c.lane)
        )
        return taken.first()

    async def _free_lane(self, guild_id: int, lane: str, now: datetime, **values: Any) -> None:
        """Free a lane. What already waits in it is due as of `now`, so that every other lane has its turn first."""
        due = await self._connection.scalar(_due_in(guild_id, lane))
        await self._connection.execute(
            sa.update(lanes)
            .where(lanes.c.guild_id == guild_id, lanes.c.lane == lane)
            .values(owner=None, lease_until=None, due_at=None if due is None else max(due, now), **values)
        )

    async def _change(self, *where: sa.ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(sa.update(outbox).where(*where).values(values))
        return changed.rowcount

    async def _one(self, statement: sa.Executable) -> Dispatch | None:
        row = (await self._connection.execute(statement)).first()
        return None if row is None else _dispatch(row)


def _in_lane(guild_id: int, lane: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return outbox.c.guild_id == guild_id, outbox.c.lane == lane


def _first(*where: sa.ColumnElement[bool], state: WorkState, now: datetime) -> sa.Select[Any]:
    """Select the dispatch of that state that has been due longest. One state at a time is a step in the index."""
    due = sa.select(outbox.c.id, outbox.c.due_at).where(*where, outbox.c.state == state, outbox.c.due_at <= now)
    return sa.select(due.order_by(outbox.c.due_at, outbox.c.id).limit(1).subquery())


def _failing(now: datetime) -> sa.ScalarSelect[int]:
    """Count the lanes that are claimed now and were closed after their last delivery."""
    claimed = lanes.alias("claimed")
    # A claimed lane stays due, so that this reads no more of the index than the search for a lane itself.
    where = claimed.c.due_at <= now, claimed.c.lease_until > now, claimed.c.closed_until.is_not(None)
    return sa.select(sa.func.count()).select_from(claimed).where(*where).scalar_subquery()


def _due_in(guild_id: int, lane: str) -> sa.Select[Any]:
    """Select when the first dispatch that waits in a lane is due; null if none waits."""
    firsts = [
        sa.select(sa.func.min(outbox.c.due_at).label("due_at")).where(
            *_in_lane(guild_id, lane), outbox.c.state == state
        )
        for state in WAITING_STATES
    ]
    found = sa.union_all(*firsts).subquery()
    return sa.select(sa.func.min(found.c.due_at))


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
