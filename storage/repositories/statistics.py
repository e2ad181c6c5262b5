"""Numbers over the whole record of a guild."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import CaseState, LastSession, Outcome, Statistics, Usage
from court.ports.hearings import ServerStatistics
from storage.repositories import Registered
from storage.schema import backgrounds, cases, hearings, opinions


class SqlServerStatistics:
    """`court.ports.ServerStatistics` over one transaction. The counting is done in the database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def statistics(self, guild_id: int, since: datetime | None = None) -> Statistics:
        held = [hearings.c.guild_id == guild_id, *_from(hearings.c.closed_at, since)]
        docketed = await self._connection.scalar(
            sa.select(sa.func.count()).where(cases.c.guild_id == guild_id, cases.c.state == CaseState.DOCKETED)
        )
        sessions = await self._sessions(held)
        asked = await self._asked(held)
        researched = await self._researched(guild_id, since)
        seats: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
        for row in asked:
            seats[row.model.provider][row.outcome] += row.number
        return Statistics(
            cases=docketed or 0,
            hearings={row.disposition: row.number for row in sessions},
            seats={provider: dict(counted) for provider, counted in seats.items()},
            usage=sum(_usages((*sessions, *asked, *researched)), start=Usage()),
        )

    async def last_sessions(self, guild_id: int) -> list[LastSession]:
        earlier = hearings.alias("earlier")
        last = sa.select(sa.func.max(earlier.c.session)).where(earlier.c.case_id == cases.c.id).scalar_subquery()
        rows = await self._all(
            sa.select(hearings.c.verdict, hearings.c.margin)
            .select_from(cases)
            .outerjoin(hearings, sa.and_(hearings.c.case_id == cases.c.id, hearings.c.session == last))
            .where(cases.c.guild_id == guild_id, cases.c.state == CaseState.DOCKETED)
        )
        return [LastSession(row.verdict, row.margin) for row in rows]

    async def _sessions(self, held: list[sa.ColumnElement[bool]]) -> list[sa.Row[Any]]:
        return await self._all(
            sa.select(
                hearings.c.disposition,
                sa.func.count().label("number"),
                *_sums(
                    hearings.c.judge_tokens_in,
                    hearings.c.judge_tokens_out,
                    hearings.c.judge_cost,
                    hearings.c.judge_unpriced,
                ),
            )
            .where(*held)
            .group_by(hearings.c.disposition)
        )

    async def _asked(self, held: list[sa.ColumnElement[bool]]) -> list[sa.Row[Any]]:
        is_unpriced = sa.case((opinions.c.cost.is_(None), 1), else_=0)
        return await self._all(
            sa.select(
                opinions.c.model,
                opinions.c.outcome,
                sa.func.count().label("number"),
                *_sums(opinions.c.tokens_in, opinions.c.tokens_out, opinions.c.cost, is_unpriced),
            )
            .join_from(hearings, opinions)
            .where(*held)
            .group_by(opinions.c.model, opinions.c.outcome)
        )

    async def _researched(self, guild_id: int, since: datetime | None) -> list[sa.Row[Any]]:
        return await self._all(
            sa.select(
                *_sums(backgrounds.c.tokens_in, backgrounds.c.tokens_out, backgrounds.c.cost, backgrounds.c.unpriced)
            )
            .join_from(backgrounds, cases)
            .where(cases.c.guild_id == guild_id, *_from(backgrounds.c.at, since))
        )

    async def _all(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        return list((await self._connection.execute(statement)).all())


def _from(moment: sa.ColumnElement[datetime], since: datetime | None) -> list[sa.ColumnElement[bool]]:
    return [] if since is None else [moment >= since]


def _sums(*columns: sa.ColumnElement[Any]) -> list[sa.ColumnElement[Any]]:
    """Return the sums of tokens in and out, cost and unpriced calls, given in this order, for `_usages`."""
    names = ("tokens_in", "tokens_out", "cost", "unpriced")
    return [sa.func.sum(column).label(name) for name, column in zip(names, columns, strict=True)]


def _usages(rows: Iterable[sa.Row[Any]]) -> list[Usage]:
    # The sum of no rows is NULL, and PostgreSQL sums big integers to decimals.
    sums = ((row.tokens_in, row.tokens_out, row.cost, row.unpriced) for row in rows)
    return [Usage(*(int(value or 0) for value in values)) for values in sums]


REPOSITORY: Registered[ServerStatistics] = SqlServerStatistics
