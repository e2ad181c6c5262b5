"""Every statement of every repository compiles for PostgreSQL. No server is needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.asyncio import AsyncConnection

from court.announcements.kinds import TurnAnnouncement
from court.errors import DocketNumberTaken
from court.models import Ballot, CaseState, GuildSettings, MessageRef, Standing, Turn, TurnKind, Usage, Vote, VoteSource
from court.ports import Repositories
from storage.unit_of_work import REPOSITORIES, repositories_over
from tests.contracts.store.samples import FILER, GUILD, NOW, ROSTER, background, bridge

TURN = Turn(TurnKind.INFLECTION, session=2, began=1, before=Ballot.NO, after=Ballot.YES, at=NOW)


class Nothing:
    """The result of a statement that finds nothing."""

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


class Recorder:
    """A connection that writes statements down in PostgreSQL's dialect and runs none."""

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


USES: dict[str, Callable[[Repositories], Awaitable[object]]] = {
    "cases.file": lambda repos: repos.cases.file(GUILD, "1B0C", "Can AI write a novel?", FILER, NOW),
    "cases.get": lambda repos: repos.cases.get(1),
    "cases.by_docket_number": lambda repos: repos.cases.by_docket_number(GUILD, "1B0C"),
    "cases.decide": lambda repos: repos.cases.decide(1, CaseState.DENIED, FILER, NOW, reason="No."),
    "cases.reword": lambda repos: repos.cases.reword(1, "Can AI play chess?"),
    "cases.set_card": lambda repos: repos.cases.set_card(1, MessageRef(1, 2)),
    "cases.newest": lambda repos: repos.cases.newest(GUILD, [CaseState.FILED], 5),
    "cases.heard": lambda repos: repos.cases.heard(after=7),
    "cases.search": lambda repos: repos.cases.search(GUILD, "novel", [CaseState.FILED], 5),
    "hearings.add": lambda repos: repos.hearings.add(bridge(1)),
    "hearings.get": lambda repos: repos.hearings.get(1, 1),
    "hearings.of_case": lambda repos: repos.hearings.of_case(1, limit=3, until=9),
    "hearings.correct": lambda repos: repos.hearings.correct(bridge(1)),
    "hearings.latest_ruled": lambda repos: repos.hearings.latest_ruled(GUILD),
    "standings.get": lambda repos: repos.standings.get(1),
    "standings.put": lambda repos: repos.standings.put(1, Standing(), NOW),
    "votes.cast": lambda repos: repos.votes.cast(1, 5, Vote.YES, VoteSource.BUTTON, NOW),
    "votes.withdraw": lambda repos: repos.votes.withdraw(1, 5, Vote.YES, VoteSource.BUTTON),
    "votes.of_member": lambda repos: repos.votes.of_member(1, 5),
    "votes.tally": lambda repos: repos.votes.tally(1),
    "guilds.get": lambda repos: repos.guilds.get(GUILD),
    "guilds.put": lambda repos: repos.guilds.put(GuildSettings(GUILD)),
    "guilds.adjourn": lambda repos: repos.guilds.adjourn(GUILD, NOW),
    "guilds.resume": lambda repos: repos.guilds.resume(),
    "hearing_queue.schedule": lambda repos: repos.hearing_queue.schedule(1, NOW),
    "hearing_queue.claim": lambda repos: repos.hearing_queue.claim(NOW),
    "hearing_queue.finish": lambda repos: repos.hearing_queue.finish(1),
    "hearing_queue.postpone": lambda repos: repos.hearing_queue.postpone(1, NOW),
    "hearing_queue.adjourn": lambda repos: repos.hearing_queue.adjourn(1, NOW),
    "hearing_queue.adjourned": lambda repos: repos.hearing_queue.adjourned(GUILD),
    "hearing_queue.resume": lambda repos: repos.hearing_queue.resume(NOW, GUILD),
    "hearing_queue.hurry": lambda repos: repos.hearing_queue.hurry(NOW, NOW),
    "hearing_queue.release_all": lambda repos: repos.hearing_queue.release_all(),
    "hearing_queue.next_due": lambda repos: repos.hearing_queue.next_due(1),
    "outbox.add": lambda repos: repos.outbox.add(TurnAnnouncement(1, 1), GUILD, NOW),
    "outbox.claim": lambda repos: repos.outbox.claim(NOW),
    "outbox.posted": lambda repos: repos.outbox.posted(1, MessageRef(1, 2)),
    "outbox.done": lambda repos: repos.outbox.done(1),
    "outbox.postpone": lambda repos: repos.outbox.postpone(1, NOW, "no"),
    "outbox.drop": lambda repos: repos.outbox.drop(1, "no"),
    "outbox.release_all": lambda repos: repos.outbox.release_all(),
    "outbox.make_due": lambda repos: repos.outbox.make_due(GUILD, NOW),
    "outbox.ruling_at": lambda repos: repos.outbox.ruling_at(2),
    "turns.put": lambda repos: repos.turns.put(1, [TURN]),
    "turns.of_case": lambda repos: repos.turns.of_case(1),
    "rosters.put": lambda repos: repos.rosters.put(ROSTER),
    "rosters.get": lambda repos: repos.rosters.get(ROSTER.fingerprint),
    "backgrounds.add": lambda repos: repos.backgrounds.add(background(1)),
    "backgrounds.get": lambda repos: repos.backgrounds.get(1),
    "backgrounds.latest": lambda repos: repos.backgrounds.latest(1),
    "charges.reserve": lambda repos: repos.charges.reserve(GUILD, 1, NOW, 500),
    "charges.settle": lambda repos: repos.charges.settle(1, Usage()),
    "charges.close_open": lambda repos: repos.charges.close_open(),
    "charges.spent": lambda repos: repos.charges.spent(NOW, GUILD),
    "charges.reserved": lambda repos: repos.charges.reserved(NOW),
    "statistics.statistics": lambda repos: repos.statistics.statistics(GUILD, NOW),
}


async def written_by(use: str) -> list[str]:
    recorder = Recorder()
    with suppress(DocketNumberTaken):  # its insert gave no row, because nothing is run
        await USES[use](repositories_over(cast(AsyncConnection, recorder)))
    return recorder.written


def test_no_method_of_a_repository_is_left_out() -> None:
    repos = repositories_over(cast(AsyncConnection, Recorder()))
    methods = {
        f"{repository}.{method}"
        for repository in REPOSITORIES
        for method in vars(type(getattr(repos, repository)))
        if not method.startswith("_")
    }
    assert methods == set(USES)


@pytest.mark.parametrize("use", USES)
async def test_every_statement_compiles_for_postgresql(use: str) -> None:
    written = await written_by(use)
    assert written
    assert not [statement for statement in written if "?" in statement]


@pytest.mark.parametrize("use", ["hearing_queue.claim", "outbox.claim"])
async def test_postgresql_skips_rows_that_another_claims(use: str) -> None:
    (written,) = await written_by(use)
    assert "FOR UPDATE SKIP LOCKED" in written


@pytest.mark.parametrize("use", ["cases.file", "guilds.put", "guilds.adjourn", "rosters.put", "hearing_queue.schedule"])
async def test_a_conflict_is_handled_in_the_statement_and_not_caught(use: str) -> None:
    (written,) = await written_by(use)
    assert "ON CONFLICT" in written
