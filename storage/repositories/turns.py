"""The turns of every case, in the database."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Turn
from court.ports.hearings import Turns
from storage import schema
from storage.repositories import Registered


class SqlTurns:
    """`court.ports.Turns` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, case_id: int, turns: Sequence[Turn]) -> None:
        await self._connection.execute(sa.delete(schema.turns).where(schema.turns.c.case_id == case_id))
        if turns:
            await self._connection.execute(
                sa.insert(schema.turns),
                [
                    {
                        "case_id": case_id,
                        "session": turn.session,
                        "kind": turn.kind,
                        "began": turn.began,
                        "held_before": turn.before,
                        "held_after": turn.after,
                        "at": turn.at,
                    }
                    for turn in turns
                ],
            )

    async def of_case(self, case_id: int) -> list[Turn]:
        rows = await self._connection.execute(
            sa.select(schema.turns).where(schema.turns.c.case_id == case_id).order_by(schema.turns.c.session)
        )
        return [Turn(row.kind, row.session, row.began, row.held_before, row.held_after, row.at) for row in rows]


REPOSITORY: Registered[Turns] = SqlTurns
