"""The model names that answered last for configured models, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import ModelRef, ServedModel
from court.ports.juries import ServedModels
from storage.engine.rows import from_row
from storage.engine.upsert import Insert, insert_into
from storage.repositories import Registered
from storage.schema import served_models

CLOCK_MAY_DIFFER = timedelta(days=1)
"""A name that was seen later than this from now was seen by a wrong clock."""


class SqlServedModels:
    """`court.ports.ServedModels` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, names: Mapping[ModelRef, str], at: datetime) -> None:
        if not names:
            return
        await self._connection.execute(
            _put(self._connection.dialect.name),
            [
                {"model": model, "name": name, "since": at, "seen_at": at, "believed_until": at + CLOCK_MAY_DIFFER}
                for model, name in names.items()
            ],
        )

    async def all(self) -> dict[ModelRef, ServedModel]:
        rows = await self._connection.execute(sa.select(served_models))
        return {row.model: from_row(ServedModel, row) for row in rows}


@cache
def _put(dialect: str) -> Insert:
    insert = insert_into(dialect, served_models)
    same = served_models.c.name == insert.excluded.name
    return insert.on_conflict_do_update(
        index_elements=["model"],
        set_={
            "since": sa.case((same, served_models.c.since), else_=insert.excluded.since),
            "name": insert.excluded.name,
            "seen_at": insert.excluded.seen_at,
        },
        where=sa.or_(
            served_models.c.seen_at <= insert.excluded.seen_at,
            served_models.c.seen_at > sa.bindparam("believed_until", type_=served_models.c.seen_at.type),
        ),
    )


REPOSITORY: Registered[ServedModels] = SqlServedModels
