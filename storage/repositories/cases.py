"""The docket in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Case, CaseState, MessageRef
from court.ports.cases import Cases
from storage.engine.rows import from_row
from storage.repositories import Registered
from storage.schema import cases, hearings
from storage.search.index import find


class SqlCases:
    """`court.ports.Cases` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def file(self, guild_id: int, statement: str, filed_by: int, filed_at: datetime) -> Case:
        filed = sa.insert(cases).values(
            guild_id=guild_id, statement=statement, state=CaseState.FILED, filed_by=filed_by, filed_at=filed_at
        )
        case_id = (await self._connection.execute(filed.returning(cases.c.id))).scalar_one()
        return Case(case_id, guild_id, None, statement, CaseState.FILED, filed_by, filed_at.astimezone(UTC))

    async def get(self, case_id: int) -> Case | None:
        return await self._one(sa.select(cases).where(cases.c.id == case_id))

    async def by_docket_number(self, guild_id: int, docket_number: str) -> Case | None:
        return await self._one(
            sa.select(cases).where(cases.c.guild_id == guild_id, cases.c.docket_number == docket_number)
        )

    async def decide(
        self,
        case_id: int,
        state: CaseState,
        by: int,
        at: datetime,
        *,
        reason: str | None = None,
        docket_number: str | None = None,
    ) -> Case | None:
        numbered = {} if docket_number is None else {"docket_number": docket_number}
        return await self._change_filed(
            case_id, state=state, decided_by=by, decided_at=at, decision_reason=reason, **numbered
        )

    async def reword(self, case_id: int, statement: str) -> Case | None:
        return await self._change_filed(case_id, statement=statement)

    async def set_card(self, case_id: int, card: MessageRef) -> None:
        await self._connection.execute(
            sa.update(cases)
            .where(cases.c.id == case_id)
            .values(card_channel_id=card.channel_id, card_message_id=card.message_id)
        )

    async def pending(self, guild_id: int, filed_by: int | None = None) -> int:
        of_whom = sa.true() if filed_by is None else cases.c.filed_by == filed_by
        counted = sa.select(sa.func.count()).where(
            cases.c.guild_id == guild_id, cases.c.state == CaseState.FILED, of_whom
        )
        return (await self._connection.execute(counted)).scalar_one()

    async def newest(self, guild_id: int, states: Collection[CaseState], limit: int) -> list[Case]:
        rows = await self._connection.execute(
            sa.select(cases)
            .where(cases.c.guild_id == guild_id, cases.c.state.in_(states))
            .order_by(cases.c.filed_at.desc(), cases.c.id.desc())
            .limit(limit)
        )
        return [_case(row) for row in rows]

    async def heard(self, *, after: int = 0, limit: int = 500) -> list[Case]:
        was_heard = sa.exists().where(hearings.c.case_id == cases.c.id)
        rows = await self._connection.execute(
            sa.select(cases).where(cases.c.id > after, was_heard).order_by(cases.c.id).limit(limit)
        )
        return [_case(row) for row in rows]

    async def search(self, guild_id: int, text: str, states: Collection[CaseState], limit: int) -> list[Case]:
        ids = await find(self._connection, guild_id, states, text, limit)
        rows = await self._connection.execute(sa.select(cases).where(cases.c.id.in_(ids)))
        found = {row.id: _case(row) for row in rows}
        return [found[case_id] for case_id in ids]

    async def _change_filed(self, case_id: int, **changes: Any) -> Case | None:
        return await self._one(
            sa.update(cases)
            .where(cases.c.id == case_id, cases.c.state == CaseState.FILED)
            .values(changes)
            .returning(cases)
        )

    async def _one(self, statement: sa.Executable) -> Case | None:
        row = (await self._connection.execute(statement)).first()
        return None if row is None else _case(row)


def _case(row: sa.Row[Any]) -> Case:
    card = None if row.card_message_id is None else MessageRef(row.card_channel_id, row.card_message_id)
    return from_row(Case, row, card=card)


REPOSITORY: Registered[Cases] = SqlCases
