"""The WAL is emptied while nobody uses the record, and makes nobody wait."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from court.models import AudienceTally, Vote, VoteSource
from storage.database import Database
from storage.engine import checkpoints
from tests.contracts.store.samples import GUILD, NOW, file_case
from tests.records import url_of
from tests.storage.files import PATIENCE, assert_no_connection_thread, opened
from tests.storage.test_refusals import no_file_grows_beyond

SOON = 0.05


@pytest.fixture
def idle_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "IDLE", SOON)


def wal(record: Path) -> Path:
    return record.with_name(f"{record.name}-wal")


async def tick(database: Database) -> None:
    """Let the record be idle for a moment, and then look into it as the worker does."""
    await asyncio.sleep(2 * SOON)
    async with database.reading() as repos:
        await repos.guilds.get(GUILD)


async def emptied(database: Database, record: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        while wal(record).stat().st_size:
            await tick(database)


async def vote(database: Database, case_id: int, user_id: int) -> None:
    async with database.writing() as repos:
        await repos.votes.cast(case_id, user_id, Vote.YES, VoteSource.BUTTON, NOW)


@pytest.mark.usefixtures("idle_soon")
async def test_an_idle_record_is_whole_in_its_file(record: Path, tmp_path: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        for user_id in range(65):
            await vote(database, case.id, user_id)
        await emptied(database, record)
        shutil.copyfile(record, tmp_path / "copy")
        await vote(database, case.id, 65)
        assert wal(record).stat().st_size, "it is in use again"
        await emptied(database, record)
    async with opened(tmp_path / "copy") as copy, copy.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(yes=65)


@pytest.mark.usefixtures("idle_soon")
async def test_a_record_in_use_is_left_alone(record: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        async with database.reading() as repos:
            await asyncio.sleep(4 * SOON)
            assert await repos.cases.get(case.id) == case
            assert wal(record).stat().st_size
        await emptied(database, record)


@pytest.mark.usefixtures("idle_soon")
async def test_nobody_waits_for_a_reader_of_another_program(record: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        with closing(sqlite3.connect(record, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM votes").fetchone() == (0,)
            slowest = 0.0
            for user_id in range(10):
                await asyncio.sleep(2 * SOON)
                begun = time.perf_counter()
                await vote(database, case.id, user_id)
                slowest = max(slowest, time.perf_counter() - begun)
            assert slowest < 1.0, "the busy timeout is 5 seconds"
            assert reader.execute("SELECT count(*) FROM votes").fetchone() == (0,)
            assert wal(record).stat().st_size
        await vote(database, case.id, 99)
        await emptied(database, record)


async def test_closing_empties_the_wal_although_another_program_keeps_the_record_open(record: Path) -> None:
    database = Database(url_of(record))
    await database.open()
    case = await file_case(database, GUILD)
    with closing(sqlite3.connect(record, isolation_level=None)) as other:
        assert other.execute("SELECT count(*) FROM cases").fetchone() == (1,)
        await vote(database, case.id, 5)
        await database.close()
        assert_no_connection_thread()
        assert wal(record).stat().st_size == 0


@pytest.mark.usefixtures("idle_soon")
async def test_a_checkpoint_that_fails_is_told_and_tried_again(record: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        content = "x" * 4000
        with no_file_grows_beyond(record.stat().st_size):
            async with database.writing() as repos:
                await repos.cases.file(GUILD, f"Can AI do {content}?", 5, NOW)
            async with asyncio.timeout(PATIENCE):
                while not caplog.messages:
                    await tick(database)
        assert caplog.messages[0].startswith(
            f"what was written is kept in court.sqlite3-wal for now: {record}: the disk"
        )
        await vote(database, case.id, 1)
        await emptied(database, record)
