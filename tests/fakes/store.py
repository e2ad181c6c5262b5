"""The record in memory, with the transactions of the real one: `court.ports.Store` for tests.

A writing transaction works on a copy of the rows, which takes their place when the block ends well.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from court.errors import StorageError
from court.ports import Records
from tests.fakes.docket import FakeCases, FakeGuilds, FakeVotes
from tests.fakes.hearings import (
    FakeAnnals,
    FakeBackgrounds,
    FakeHearings,
    FakeRosters,
    FakeStandings,
    FakeTurns,
)
from tests.fakes.rows import Rows
from tests.fakes.work import FakeLedger, FakeOutbox, FakeSittings


class FakeStore:
    """A record that is gone with the test."""

    def __init__(self) -> None:
        self._rows = Rows()
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Records]:
        await asyncio.sleep(0)  # where the real one waits, others run
        kept = self._rows
        seen = kept.copy()
        yield FakeRecords.over(seen)
        if seen != kept:
            raise StorageError("a reading transaction tried to write, it kept nothing")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Records]:
        async with self._writer:
            await asyncio.sleep(0)
            changed = self._rows.copy()
            yield FakeRecords.over(changed)
            self._rows = changed


@dataclass(frozen=True)
class FakeRecords:
    """`court.ports.Records` over rows in memory."""

    cases: FakeCases
    hearings: FakeHearings
    standings: FakeStandings
    votes: FakeVotes
    guilds: FakeGuilds
    sittings: FakeSittings
    outbox: FakeOutbox
    turns: FakeTurns
    rosters: FakeRosters
    backgrounds: FakeBackgrounds
    ledger: FakeLedger
    annals: FakeAnnals

    @classmethod
    def over(cls, rows: Rows) -> FakeRecords:
        return cls(
            FakeCases(rows),
            FakeHearings(rows),
            FakeStandings(rows),
            FakeVotes(rows),
            FakeGuilds(rows),
            FakeSittings(rows),
            FakeOutbox(rows),
            FakeTurns(rows),
            FakeRosters(rows),
            FakeBackgrounds(rows),
            FakeLedger(rows),
            FakeAnnals(rows),
        )
