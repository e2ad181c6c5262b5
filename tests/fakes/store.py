"""The record in memory, with the transactions of the real one: `court.ports.Store` for tests.

A writing transaction works on a copy of the rows, which takes their place when the block ends well.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from court.errors import StorageError
from court.ports import Repositories
from tests.fakes.docket import FakeCases, FakeGuilds, FakeVotes
from tests.fakes.hearings import (
    FakeBackgrounds,
    FakeHearings,
    FakeRosters,
    FakeServerStatistics,
    FakeStandings,
    FakeTurns,
)
from tests.fakes.rows import Rows
from tests.fakes.work import FakeCharges, FakeHearingQueue, FakeOutbox


class FakeStore:
    """A record that is gone with the test."""

    def __init__(self) -> None:
        self._rows = Rows()
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        await asyncio.sleep(0)  # where the real one waits, others run
        kept = self._rows
        seen = kept.copy()
        yield FakeRepositories.over(seen)
        if seen != kept:
            raise StorageError("a reading transaction tried to write, it kept nothing")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Repositories]:
        async with self._writer:
            await asyncio.sleep(0)
            changed = self._rows.copy()
            yield FakeRepositories.over(changed)
            self._rows = changed


@dataclass(frozen=True)
class FakeRepositories:
    """`court.ports.Repositories` over rows in memory."""

    cases: FakeCases
    hearings: FakeHearings
    standings: FakeStandings
    votes: FakeVotes
    guilds: FakeGuilds
    hearing_queue: FakeHearingQueue
    outbox: FakeOutbox
    turns: FakeTurns
    rosters: FakeRosters
    backgrounds: FakeBackgrounds
    charges: FakeCharges
    statistics: FakeServerStatistics

    @classmethod
    def over(cls, rows: Rows) -> FakeRepositories:
        return cls(
            FakeCases(rows),
            FakeHearings(rows),
            FakeStandings(rows),
            FakeVotes(rows),
            FakeGuilds(rows),
            FakeHearingQueue(rows),
            FakeOutbox(rows),
            FakeTurns(rows),
            FakeRosters(rows),
            FakeBackgrounds(rows),
            FakeCharges(rows),
            FakeServerStatistics(rows),
        )
