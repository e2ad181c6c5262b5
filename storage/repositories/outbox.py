"""Announcements to deliver, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.announcements.kinds import RulingAnnouncement, facts_of, read
from court.models import MessageRef
from court.models.announcements import REFERENCES, Announcement
from court.models.work import Dispatch, WorkState
from court.ports.work import Outbox
from storage.repositories import Registered
from storage.schema import outbox

WAITS = outbox.c.state.in_([WorkState.WAITING, WorkState.POSTED])
IS_OPEN = outbox.c.state.in_([WorkState.WAITING, WorkState.POSTED, WorkState.CLAIMED])

# The state of a claimed dispatch that is given back. One that already has a message must not be posted again.
GIVEN_BACK = sa.case(
    (outbox.c.message_id.is_not(None), sa.literal(WorkState.POSTED, outbox.c.state.type)),
    else_=sa.literal(WorkState.WAITING, outbox.c.state.type),
)


class SqlOutbox:
    """`court.ports.Outbox` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, announcement: Announcement, guild_id: int, due_at: datetime) -> None:
        await self._connection.execute(
            sa.insert(outbox).values(
                kind=announcement.kind,
                guild_id=guild_id,
                due_at=due_at,
                state=WorkState.WAITING,
                facts=facts_of(announcement),
                attempts=0,
                recheck=False,
                **announcement.references,
            )
        )

    async def claim(self, now: datetime) -> Dispatch | None:
        due = (
            sa.select(outbox.c.id)
            .where(WAITS, outbox.c.due_at <= now)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)  # PostgreSQL only; SQLite has one writer at a time
        )
        return await self._one(
            sa.update(outbox)
            .where(outbox.c.id == due.scalar_subquery())
            .values(state=WorkState.CLAIMED, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )

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

    async def postpone(self, dispatch_id: int, due_at: datetime, error: str) -> None:
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=GIVEN_BACK, due_at=due_at, error=error)

    async def drop(self, dispatch_id: int, error: str) -> None:
        await self._change(outbox.c.id == dispatch_id, IS_OPEN, state=WorkState.DROPPED, error=error)

    async def release_all(self) -> int:
        return await self._change(outbox.c.state == WorkState.CLAIMED, state=GIVEN_BACK, recheck=True)

    async def make_due(self, guild_id: int, now: datetime) -> None:
        await self._change(outbox.c.guild_id == guild_id, WAITS, outbox.c.due_at > now, due_at=now)

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        return await self._one(
            sa.select(outbox).where(outbox.c.message_id == message_id, outbox.c.kind == RulingAnnouncement.kind)
        )

    async def bring_forward(self, latest: datetime) -> int:
        return await self._change(WAITS, outbox.c.due_at > latest, due_at=latest)

    async def _change(self, *where: sa.ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(sa.update(outbox).where(*where).values(values))
        return changed.rowcount

    async def _one(self, statement: sa.Executable) -> Dispatch | None:
        row = (await self._connection.execute(statement)).first()
        return None if row is None else _dispatch(row)


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
    )


REPOSITORY: Registered[Outbox] = SqlOutbox
