"""The sessions in the database, each with its opinions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from court.models import Hearing, Opinion, Ruling, Usage
from storage.schema import SeatStatus, cases, hearings, opinions


class SqlHearings:
    """`court.ports.Hearings` over one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, hearing: Hearing) -> None:
        guild_id = sa.select(cases.c.guild_id).where(cases.c.id == hearing.case_id).scalar_subquery()
        await self._connection.execute(sa.insert(hearings).values(guild_id=guild_id, **_hearing_row(hearing)))
        given = [
            _opinion_row(hearing, status, opinion) for status, said in _by_status(hearing).items() for opinion in said
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
            given[seat.session, seat.status].append(_opinion(seat))
        return [_hearing(row, {status: given[row.session, status] for status in SeatStatus}) for row in rows]


def _by_status(hearing: Hearing) -> dict[SeatStatus, tuple[Opinion, ...]]:
    return {
        SeatStatus.SEATED: hearing.opinions,
        SeatStatus.REPLACED: hearing.replaced,
        SeatStatus.FORMER: hearing.former,
    }


def _count_row(hearing: Hearing) -> dict[str, Any]:
    """Give what follows from the opinions by the rules."""
    return {
        "verdict": hearing.verdict,
        "confidence": hearing.confidence,
        "margin": hearing.margin,
        "disposition": hearing.disposition,
        "rule_version": hearing.rule_version,
    }


def _hearing_row(hearing: Hearing) -> dict[str, Any]:
    return {
        "case_id": hearing.case_id,
        "session": hearing.session,
        "opened_at": hearing.opened_at,
        "closed_at": hearing.closed_at,
        "rehearsal": hearing.rehearsal,
        "finding": hearing.ruling.finding,
        "opinion": hearing.ruling.opinion,
        "quote": hearing.ruling.quote,
        "presiding": hearing.ruling.presiding,
        "clerk": hearing.ruling.clerk,
        "narrator": hearing.ruling.narrator,
        "kind": hearing.kind,
        "roster": hearing.roster,
        "seed": hearing.seed,
        "background_id": hearing.background_id,
        "judge_tokens_in": hearing.judge_usage.tokens_in,
        "judge_tokens_out": hearing.judge_usage.tokens_out,
        "judge_cost": hearing.judge_usage.cost,
        "judge_unpriced": hearing.judge_usage.unpriced,
        **_count_row(hearing),
    }


def _hearing(row: sa.Row[Any], given: Mapping[SeatStatus, Sequence[Opinion]]) -> Hearing:
    return Hearing(
        case_id=row.case_id,
        session=row.session,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        verdict=row.verdict,
        confidence=row.confidence,
        margin=row.margin,
        disposition=row.disposition,
        rule_version=row.rule_version,
        opinions=tuple(given[SeatStatus.SEATED]),
        ruling=Ruling(
            finding=row.finding,
            opinion=row.opinion,
            quote=row.quote,
            presiding=row.presiding,
            clerk=row.clerk,
            narrator=row.narrator,
        ),
        rehearsal=row.rehearsal,
        kind=row.kind,
        roster=row.roster,
        seed=row.seed,
        replaced=tuple(given[SeatStatus.REPLACED]),
        former=tuple(given[SeatStatus.FORMER]),
        background_id=row.background_id,
        judge_usage=Usage(row.judge_tokens_in, row.judge_tokens_out, row.judge_cost, row.judge_unpriced),
    )


def _opinion_row(hearing: Hearing, status: SeatStatus, opinion: Opinion) -> dict[str, Any]:
    return {
        "case_id": hearing.case_id,
        "session": hearing.session,
        "status": status,
        "seat": opinion.seat,
        "model": opinion.model,
        "outcome": opinion.outcome,
        "ballot": opinion.ballot,
        "confidence": opinion.confidence,
        "reason": opinion.reason,
        "emerged": opinion.emerged,
        "cause": opinion.cause,
        "tokens_in": opinion.tokens_in,
        "tokens_out": opinion.tokens_out,
        "latency": opinion.latency,
        "cost": opinion.cost,
    }


def _opinion(row: sa.Row[Any]) -> Opinion:
    return Opinion(
        seat=row.seat,
        model=row.model,
        outcome=row.outcome,
        ballot=row.ballot,
        confidence=row.confidence,
        reason=row.reason,
        emerged=row.emerged,
        cause=row.cause,
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        latency=row.latency,
        cost=row.cost,
    )
