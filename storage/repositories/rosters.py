"""The juries that hearings drew from, in the database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Roster
from court.ports.hearings import Rosters
from storage.engine.rows import from_row, to_row
from storage.engine.upsert import insert_into
from storage.repositories import Registered
from storage.schema import rosters


class SqlRosters:
    """`court.ports.Rosters` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, roster: Roster) -> None:
        await self._connection.execute(
            insert_into(self._connection.dialect.name, rosters)
            .values(to_row(roster))
            .on_conflict_do_nothing(index_elements=["fingerprint"])
        )

    async def get(self, fingerprint: str) -> Roster | None:
        row = (await self._connection.execute(sa.select(rosters).where(rosters.c.fingerprint == fingerprint))).first()
        return None if row is None else from_row(Roster, row)


REPOSITORY: Registered[Rosters] = SqlRosters
