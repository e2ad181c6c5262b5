"""The lanes of the outbox: which one is next, and when each may be served. `storage.repositories.outbox` uses them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models.work import Lease, Pace, WorkState
from storage.engine.upsert import insert_into
from storage.schema import lanes, outbox

WAITING_STATES = (WorkState.WAITING, WorkState.POSTED)


class Lanes:
    """The lanes, over one transaction.

    A lane's `due_at` is when its first dispatch is due. It may be too early, which costs a look, but never too late.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def look_at(self, guild_id: int, lane: str, due_at: datetime) -> None:
        """Have a lane served at that time, unless it is served earlier anyway."""
        insert = insert_into(self._connection.dialect.name, lanes).values(guild_id=guild_id, lane=lane, due_at=due_at)
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id", "lane"],
                set_={"due_at": insert.excluded.due_at},
                where=sa.or_(lanes.c.due_at.is_(None), lanes.c.due_at > insert.excluded.due_at),
            )
        )

    async def take(self, now: datetime, lease: Lease, failing: int | None) -> sa.Row[Any] | None:
        """Claim the lane that is next, and return its `guild_id` and `lane`.

        At most `failing` lanes that were closed after their last delivery are claimed at the same time.
        """
        due = (
            sa.select(lanes.c.guild_id, lanes.c.lane)
            .where(
                lanes.c.due_at <= now,
                *(_over(until, now) for until in (lanes.c.closed_until, lanes.c.limited_until, lanes.c.paced_until)),
                # Not our own: the clock may have jumped, and the delivery still be under way.
                sa.or_(
                    lanes.c.lease_until.is_(None),
                    sa.and_(lanes.c.lease_until <= now, lanes.c.owner != lease.owner),
                ),
                sa.true() if failing is None else sa.or_(_healthy(lanes), _failing(now) < failing),
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

    async def free(self, guild_id: int, lane: str, now: datetime, pace: Pace | None = None, **values: Any) -> None:
        """Free a lane. What already waits in it is due as of `now`, so that every other lane has its turn first."""
        of_lane = lanes.c.guild_id == guild_id, lanes.c.lane == lane
        # Locked on PostgreSQL: another process may add to the lane while it is freed.
        until = await self._connection.scalar(sa.select(lanes.c.paced_until).where(*of_lane).with_for_update())
        if pace is not None:
            values["paced_until"] = pace.after(until, now)
        due = await self._connection.scalar(_first_due(guild_id, lane))
        due_at = None if due is None else max(due, now)
        await self._connection.execute(
            sa.update(lanes).where(*of_lane).values(owner=None, lease_until=None, due_at=due_at, **values)
        )

    async def free_all(self) -> None:
        """Free every lane: whoever had claimed one is gone."""
        claimed = lanes.c.owner.is_not(None)
        await self._connection.execute(sa.update(lanes).where(claimed).values(owner=None, lease_until=None))

    async def waiting(self, guild_id: int | None = None) -> Sequence[tuple[int, str]]:
        """Return the lanes in which something waits, of one guild or of all, as `guild_id` and `lane`."""
        waits: list[sa.ColumnElement[bool]] = [lanes.c.due_at.is_not(None)]
        if guild_id is not None:
            waits.append(lanes.c.guild_id == guild_id)
        found = await self._connection.execute(sa.select(lanes.c.guild_id, lanes.c.lane).where(*waits))
        return [(one, lane) for one, lane in found]

    async def open(self, guild_id: int, now: datetime) -> None:
        """Have all lanes of a guild served now, even if they were closed. Discord's own limits stay."""
        of_guild = lanes.c.guild_id == guild_id
        await self._connection.execute(sa.update(lanes).where(of_guild).values(due_at=now, closed_until=None))

    async def bring_forward(self, latest: datetime) -> None:
        """Let no lane wait for a time beyond `latest`."""
        for time in (lanes.c.due_at, lanes.c.closed_until, lanes.c.limited_until, lanes.c.paced_until):
            await self._connection.execute(sa.update(lanes).where(time > latest).values({time: latest}))


def in_lane(guild_id: int, lane: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Select the dispatches of a lane."""
    return outbox.c.guild_id == guild_id, outbox.c.lane == lane


def _over(until: sa.Column[Any], now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(until.is_(None), until <= now)


def _healthy(of: sa.FromClause) -> sa.ColumnElement[bool]:
    """Select lanes whose last delivery did not fail in a way that closed them."""
    return sa.and_(of.c.closed_until.is_(None), of.c.limited_until.is_(None))


def _failing(now: datetime) -> sa.ScalarSelect[int]:
    """Count the lanes that are claimed now and were closed after their last delivery."""
    claimed = lanes.alias("claimed")
    # A claimed lane stays due, so that this reads no more of the index than the search for a lane itself.
    where = claimed.c.due_at <= now, claimed.c.lease_until > now, sa.not_(_healthy(claimed))
    return sa.select(sa.func.count()).select_from(claimed).where(*where).scalar_subquery()


def _first_due(guild_id: int, lane: str) -> sa.Select[Any]:
    """Select when the first dispatch that waits in a lane is due; null if none waits."""
    first, of_lane = sa.func.min(outbox.c.due_at).label("due_at"), in_lane(guild_id, lane)
    firsts = [sa.select(first).where(*of_lane, outbox.c.state == state) for state in WAITING_STATES]
    found = sa.union_all(*firsts).subquery()
    return sa.select(sa.func.min(found.c.due_at))
