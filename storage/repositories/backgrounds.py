"""What the researcher found out about the cases, with its sources, in the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Background, Source, Usage
from court.ports.hearings import Backgrounds
from storage.engine.rows import from_row, to_row
from storage.repositories import Registered
from storage.schema import backgrounds, sources


class SqlBackgrounds:
    """`court.ports.Backgrounds` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, background: Background) -> Background:
        given = await self._connection.execute(
            sa.insert(backgrounds)
            .values(to_row(background, without=("id", "sources", "usage")) | to_row(background.usage))
            .returning(backgrounds.c.id)
        )
        kept = replace(background, id=given.scalar_one())
        if kept.sources:
            await self._connection.execute(
                sa.insert(sources),
                [
                    {"background_id": kept.id, "position": position, **to_row(source)}
                    for position, source in enumerate(kept.sources, start=1)
                ],
            )
        return kept

    async def get(self, background_id: int) -> Background | None:
        return await self._one(sa.select(backgrounds).where(backgrounds.c.id == background_id))

    async def latest(self, case_id: int) -> Background | None:
        return await self._one(
            sa.select(backgrounds)
            .where(backgrounds.c.case_id == case_id)
            .order_by(backgrounds.c.at.desc(), backgrounds.c.id.desc())
            .limit(1)
        )

    async def _one(self, statement: sa.Select[Any]) -> Background | None:
        row = (await self._connection.execute(statement)).first()
        if row is None:
            return None
        found = await self._connection.execute(
            sa.select(sources).where(sources.c.background_id == row.id).order_by(sources.c.position)
        )
        pages = tuple(from_row(Source, source) for source in found)
        return from_row(Background, row, sources=pages, usage=from_row(Usage, row))


REPOSITORY: Registered[Backgrounds] = SqlBackgrounds
