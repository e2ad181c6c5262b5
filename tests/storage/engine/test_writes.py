"""What is known of the transactions that write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from court.errors import RowRefused, StorageError
from court.models import GuildSettings
from storage.database import Database
from storage.engine.writes import Writes
from tests.records import url_of

GUILD = 7


class Times:
    """A clock that stands still, and the commits that were timed."""

    def __init__(self) -> None:
        self.now = 100.0
        self.commits: list[float] = []
        self.writes = Writes(self.commits.append, lambda: self.now)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
async def database(record: Path, times: Times) -> AsyncIterator[Database]:
    database = Database(url_of(record), writes=times.writes)
    await database.open()
    yield database
    await database.close()


async def test_the_oldest_transaction_counts_from_when_it_began_to_wait(database: Database, times: Times) -> None:
    async def write() -> None:
        async with database.writing():
            times.now += 1

    assert times.writes.oldest() == 0
    async with database.writing():
        times.now += 4
        waiting = asyncio.create_task(write())
        await asyncio.sleep(0)
        assert times.writes.oldest() == 4
    times.now += 2
    assert times.writes.oldest() == 2, "the one that waited"
    await waiting
    assert times.writes.oldest() == 0


async def test_commits_are_timed_without_what_the_block_does(database: Database, times: Times) -> None:
    async with database.writing() as repos:
        times.now += 5
        await repos.guilds.put(GuildSettings(GUILD))
    async with database.reading():
        times.now += 5
    assert times.commits == [0]


async def test_what_is_rolled_back_is_no_commit_and_no_failure(database: Database, times: Times) -> None:
    with pytest.raises(ArithmeticError):
        async with database.writing():
            raise ArithmeticError
    with pytest.raises(RowRefused):
        async with database.writing():
            raise RowRefused("the row is wrong")
    assert (times.commits, times.writes.failures, times.writes.since_failure()) == ([], 0, None)
    assert times.writes.oldest() == 0


async def test_a_record_that_cannot_be_written_is_a_failure(database: Database, times: Times, record: Path) -> None:
    record.rename(record.with_suffix(".moved"))
    with pytest.raises(StorageError, match="the file was moved"):
        async with database.writing():
            pass
    times.now += 3
    assert (times.commits, times.writes.failures, times.writes.since_failure()) == ([], 1, 3)
    record.with_suffix(".moved").rename(record)
