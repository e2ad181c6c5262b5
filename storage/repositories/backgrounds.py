"""What the clerk found out about the cases, in the database, each with its sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Background, Source, Usage
from storage.schema import backgrounds, sources


class SqlBackgrounds:
    """`court.ports.Backgrounds` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, background: Background) -> Background:
        given = await self._connection.execute(
            sa.insert(backgrounds).values(_background_row(background)).returning(backgrounds.c.id)
        )
        kept = replace(background, id=given.scalar_one())
        if kept.sources:
            await self._connection.execute(
                sa.insert(sources),
                [_source_row(kept.id, position, source) for position, source in enumerate(kept.sources, start=1)],
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
        return _background(row, tuple(Source(source.title, source.url, source.published) for source in found))


def _background_row(background: Background) -> dict[str, Any]:
    return {
        "case_id": background.case_id,
        "at": background.at,
        "text": background.text,
        "researcher": background.researcher,
        "dropped": background.dropped,
        "tokens_in": background.usage.tokens_in,
        "tokens_out": background.usage.tokens_out,
        "cost": background.usage.cost,
        "unpriced": background.usage.unpriced,
    }


def _source_row(background_id: int, position: int, source: Source) -> dict[str, Any]:
    return {
        "background_id": background_id,
        "position": position,
        "title": source.title,
        "url": source.url,
        "published": source.published,
    }


def _background(row: sa.Row[Any], found: tuple[Source, ...]) -> Background:
    return Background(
        id=row.id,
        case_id=row.case_id,
        at=row.at,
        text=row.text,
        sources=found,
        researcher=row.researcher,
        dropped=row.dropped,
        usage=Usage(row.tokens_in, row.tokens_out, row.cost, row.unpriced),
    )
