"""Every statement of every repository can be written down for PostgreSQL. No server is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.asyncio import AsyncConnection

from court.errors import DocketNumberTaken
from court.models import Ballot, CaseState, GuildSettings, MessageRef, Standing, Turn, Turned, Usage, Vote, VoteSource
from court.models.work import DispatchKind
from storage.repositories.records import SqlRecords
from tests.contracts.store.samples import FILER, GUILD, NOW, ROSTER, background, bridge

TURN = Turn(Turned.INFLECTION, session=2, began=1, before=Ballot.NO, after=Ballot.YES, at=NOW)


class Nothing:
    """What a statement gives that finds nothing."""

    rowcount = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def first(self) -> None:
        return None

    def all(self) -> list[Any]:
        return []

    def scalar_one(self) -> int:
        return 1

    def mappings(self) -> Nothing:
        return self

    def one(self) -> dict[str, int]:
        return {}


class Scribe:
    """A connection that writes statements down in PostgreSQL's words and runs none."""

    def __init__(self) -> None:
        self.dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it
        self.written: list[str] = []

    async def execute(
        self, statement: sa.Executable, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> Nothing:
        first = rows if isinstance(rows, Mapping) or rows is None else rows[0]
        compiled = statement.compile(  # type: ignore[attr-defined]  # what is executed here can be compiled
            dialect=self.dialect, column_keys=None if first is None else list(first)
        )
        self.written.append(" ".join(str(compiled).split()))
        return Nothing()

    async def scalar(self, statement: sa.Executable) -> None:
        await self.execute(statement)


USES: dict[str, Callable[[SqlRecords], Awaitable[object]]] = {
    "cases.file": lambda records: records.cases.file(GUILD, "1B0C", "Can AI write a novel?", FILER, NOW),
    "cases.get": lambda records: records.cases.get(1),
    "cases.by_docket_number": lambda records: records.cases.by_docket_number(GUILD, "1B0C"),
    "cases.decide": lambda records: records.cases.decide(1, CaseState.DENIED, FILER, NOW, reason="No."),
    "cases.reword": lambda records: records.cases.reword(1, "Can AI play chess?"),
    "cases.set_card": lambda records: records.cases.set_card(1, MessageRef(1, 2)),
    "cases.newest": lambda records: records.cases.newest(GUILD, [CaseState.FILED], 5),
    "cases.heard": lambda records: records.cases.heard(after=7),
    "cases.search": lambda records: records.cases.search(GUILD, "novel", [CaseState.FILED], 5),
    "hearings.add": lambda records: records.hearings.add(bridge(1)),
    "hearings.get": lambda records: records.hearings.get(1, 1),
    "hearings.of_case": lambda records: records.hearings.of_case(1, limit=3, until=9),
    "hearings.correct": lambda records: records.hearings.correct(bridge(1)),
    "hearings.latest_ruled": lambda records: records.hearings.latest_ruled(GUILD),
    "standings.get": lambda records: records.standings.get(1),
    "standings.put": lambda records: records.standings.put(1, Standing(), NOW),
    "votes.cast": lambda records: records.votes.cast(1, 5, Vote.YES, VoteSource.BUTTON, NOW),
    "votes.withdraw": lambda records: records.votes.withdraw(1, 5, Vote.YES, VoteSource.BUTTON),
    "votes.of_member": lambda records: records.votes.of_member(1, 5),
    "votes.tally": lambda records: records.votes.tally(1),
    "guilds.get": lambda records: records.guilds.get(GUILD),
    "guilds.put": lambda records: records.guilds.put(GuildSettings(GUILD)),
    "guilds.adjourn": lambda records: records.guilds.adjourn(GUILD, NOW),
    "guilds.resume": lambda records: records.guilds.resume(),
    "sittings.schedule": lambda records: records.sittings.schedule(1, NOW),
    "sittings.claim": lambda records: records.sittings.claim(NOW),
    "sittings.finish": lambda records: records.sittings.finish(1),
    "sittings.postpone": lambda records: records.sittings.postpone(1, NOW),
    "sittings.adjourn": lambda records: records.sittings.adjourn(1, NOW),
    "sittings.adjourned": lambda records: records.sittings.adjourned(GUILD),
    "sittings.resume": lambda records: records.sittings.resume(NOW, GUILD),
    "sittings.hurry": lambda records: records.sittings.hurry(NOW, NOW),
    "sittings.release_all": lambda records: records.sittings.release_all(),
    "sittings.next_due": lambda records: records.sittings.next_due(1),
    "outbox.add": lambda records: records.outbox.add(DispatchKind.TURN, GUILD, NOW, case_id=1, session=1),
    "outbox.claim": lambda records: records.outbox.claim(NOW),
    "outbox.posted": lambda records: records.outbox.posted(1, MessageRef(1, 2)),
    "outbox.done": lambda records: records.outbox.done(1),
    "outbox.postpone": lambda records: records.outbox.postpone(1, NOW, "no"),
    "outbox.drop": lambda records: records.outbox.drop(1, "no"),
    "outbox.release_all": lambda records: records.outbox.release_all(),
    "outbox.wake": lambda records: records.outbox.wake(GUILD, NOW),
    "outbox.ruling_at": lambda records: records.outbox.ruling_at(2),
    "turns.put": lambda records: records.turns.put(1, [TURN]),
    "turns.of_case": lambda records: records.turns.of_case(1),
    "rosters.put": lambda records: records.rosters.put(ROSTER),
    "rosters.get": lambda records: records.rosters.get(ROSTER.fingerprint),
    "backgrounds.add": lambda records: records.backgrounds.add(background(1)),
    "backgrounds.get": lambda records: records.backgrounds.get(1),
    "backgrounds.latest": lambda records: records.backgrounds.latest(1),
    "ledger.reserve": lambda records: records.ledger.reserve(GUILD, 1, NOW, 500),
    "ledger.settle": lambda records: records.ledger.settle(1, Usage()),
    "ledger.close_open": lambda records: records.ledger.close_open(),
    "ledger.spent": lambda records: records.ledger.spent(NOW, GUILD),
    "ledger.reserved": lambda records: records.ledger.reserved(NOW),
    "annals.statistics": lambda records: records.annals.statistics(GUILD, NOW),
}


async def written_by(use: str) -> list[str]:
    scribe = Scribe()
    with suppress(DocketNumberTaken):  # it found nothing, here as everywhere
        await USES[use](SqlRecords.over(cast(AsyncConnection, scribe)))
    return scribe.written


def test_no_method_of_a_repository_is_left_out() -> None:
    records = SqlRecords.over(cast(AsyncConnection, Scribe()))
    methods = {
        f"{repository.name}.{method}"
        for repository in fields(SqlRecords)
        for method in vars(type(getattr(records, repository.name)))
        if not method.startswith("_")
    }
    assert methods == set(USES)


@pytest.mark.parametrize("use", USES)
async def test_postgresql_can_be_told_so(use: str) -> None:
    written = await written_by(use)
    assert written
    assert not [statement for statement in written if "?" in statement]


@pytest.mark.parametrize("use", ["sittings.claim", "outbox.claim"])
async def test_postgresql_passes_over_what_another_claims(use: str) -> None:
    (written,) = await written_by(use)
    assert "FOR UPDATE SKIP LOCKED" in written


@pytest.mark.parametrize("use", ["cases.file", "guilds.put", "guilds.adjourn", "rosters.put", "sittings.schedule"])
async def test_a_conflict_is_asked_for_and_not_caught(use: str) -> None:
    (written,) = await written_by(use)
    assert "ON CONFLICT" in written
