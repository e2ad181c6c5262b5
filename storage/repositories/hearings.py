"""The sessions in the database, each with its opinions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Hearing, Opinion, Ruling, Usage
from court.ports.hearings import Hearings
from storage.engine.rows import from_row, to_row
from storage.repositories import Registered
from storage.schema import SeatStatus, cases, hearings, opinions

_JUDGE = "judge_"


class SqlHearings:
    """`court.ports.Hearings` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, hearing: Hearing) -> None:
        guild_id = sa.select(cases.c.guild_id).where(cases.c.id == hearing.case_id).scalar_subquery()
        await self._connection.execute(sa.insert(hearings).values(guild_id=guild_id, **_hearing_row(hearing)))
        given = [
            {"case_id": hearing.case_id, "session": hearing.session, "status": status, **to_row(opinion)}
            for status, said in _by_status(hearing).items()
            for opinion in said
        ]
        if given:
            await self._connection.execute(sa.insert(opinions), given)

    async def get(self, case_id: int, session: int) -> Hearing | None:
        found = await self._load(
            sa.select(hearings).where(hearings.c.case_id == case_id, hearings.c.session == session)
        )
        return found[0] if found else None

    async def of_case(self, case_id: int, *, limit: int | None = None, until: int | None = None) -> list[Hearing]:
        newest_first = (
            sa.select(hearings)
            .where(hearings.c.case_id == case_id, *(() if until is None else (hearings.c.session <= until,)))
            .order_by(hearings.c.session.desc())
            .limit(limit)
        )
        return (await self._load(newest_first))[::-1]

    async def correct(self, hearing: Hearing) -> None:
        await self._connection.execute(
            sa.update(hearings)
            .where(hearings.c.case_id == hearing.case_id, hearings.c.session == hearing.session)
            .values(_count_row(hearing))
        )

    async def latest_ruled(self, guild_id: int) -> Hearing | None:
        found = await self._load(
            sa.select(hearings)
            .where(hearings.c.guild_id == guild_id, hearings.c.verdict.is_not(None))
            .order_by(hearings.c.closed_at.desc(), hearings.c.case_id.desc(), hearings.c.session.desc())
            .limit(1)
        )
        return found[0] if found else None

    async def _load(self, statement: sa.Select[Any]) -> list[Hearing]:
        """Read sessions of one case, and the opinions of all of them with one more query."""
        rows = (await self._connection.execute(statement)).all()
        if not rows:
            return []
        seats = await self._connection.execute(
            sa.select(opinions)
            .where(
                opinions.c.case_id == rows[0].case_id,
                opinions.c.session.between(min(row.session for row in rows), max(row.session for row in rows)),
            )
            .order_by(opinions.c.session, opinions.c.seat)
        )
        given: defaultdict[tuple[int, SeatStatus], list[Opinion]] = defaultdict(list)
        for seat in seats:
            given[seat.session, seat.status].append(from_row(Opinion, seat))
        return [_hearing(row, {status: given[row.session, status] for status in SeatStatus}) for row in rows]


def _by_status(hearing: Hearing) -> dict[SeatStatus, tuple[Opinion, ...]]:
    return {
        SeatStatus.SEATED: hearing.opinions,
        SeatStatus.REPLACED: hearing.replaced,
        SeatStatus.FORMER: hearing.former,
    }


def _count_row(hearing: Hearing) -> dict[str, Any]:
    """Return what follows from the opinions by the rules."""
    return {
        "verdict": hearing.verdict,
        "confidence": hearing.confidence,
        "margin": hearing.margin,
        "disposition": hearing.disposition,
        "rule_version": hearing.rule_version,
    }


def _hearing_row(hearing: Hearing) -> dict[str, Any]:
    return {
        **to_row(hearing, without=("opinions", "replaced", "former", "ruling", "judge_usage")),
        **to_row(hearing.ruling),
        **to_row(hearing.judge_usage, prefix=_JUDGE),
    }


def _hearing(row: sa.Row[Any], given: Mapping[SeatStatus, Sequence[Opinion]]) -> Hearing:
    return from_row(
        Hearing,
        row,
        opinions=tuple(given[SeatStatus.SEATED]),
        replaced=tuple(given[SeatStatus.REPLACED]),
        former=tuple(given[SeatStatus.FORMER]),
        ruling=from_row(Ruling, row),
        judge_usage=from_row(Usage, row, prefix=_JUDGE),
    )


REPOSITORY: Registered[Hearings] = SqlHearings
