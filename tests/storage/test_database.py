"""Opening, sharing and closing a record."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from court.announcements.kinds import PlainNotice
from court.errors import StorageError
from court.models import AudienceTally, CaseState, GuildSettings, Vote, VoteSource
from storage.database import Database
from storage.engine.connections import BEGIN, CONNECTIONS, READ, WRITE, make_engine
from storage.engine.location import locate
from tests.contracts.store.samples import FILER, GUILD, NOW, file_case
from tests.records import url_of
from tests.storage.files import PATIENCE, assert_no_connection_thread, connection_threads, opened


async def test_the_pragmas_are_set_on_every_connection(tmp_path: Path) -> None:
    engine = make_engine(locate(url_of(tmp_path / "court.sqlite3")), 5.0)
    pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "query_only")
    found = []
    for begin in (READ, WRITE, READ):
        async with engine.connect() as other, engine.connect() as connection:
            await connection.execution_options(**{BEGIN: begin})
            await other.execution_options(**{BEGIN: READ})
            assert await other.scalar(sa.text("SELECT 1")) == 1
            found.append([await connection.scalar(sa.text(f"PRAGMA {pragma}")) for pragma in pragmas])
    await engine.dispose()

    full, reads, writes = 2, 1, 0
    assert found == [["wal", full, 5000, 1, query_only] for query_only in (reads, writes, reads)]


async def test_the_folder_and_the_file_are_created(tmp_path: Path) -> None:
    path = tmp_path / "data" / "of the court" / "court 100%.sqlite3"
    async with opened(path):
        assert path.exists()


async def test_what_is_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    async with opened(path) as database:
        case = await file_case(database, GUILD)
    async with opened(path) as database, database.reading() as repos:
        assert await repos.cases.get(case.id) == case


async def test_a_relative_address_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///court.sqlite3")
    await database.open()
    monkeypatch.chdir(tmp_path / "elsewhere")
    case = await file_case(database, GUILD)
    await database.close()

    async with opened(tmp_path / "court.sqlite3") as again, again.reading() as repos:
        assert await repos.cases.get(case.id) == case


@pytest.mark.parametrize("address", [":memory:", "sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite://"])
async def test_a_record_in_memory_is_shared_only_by_its_own_transactions(address: str) -> None:
    one, other = Database(address), Database(address)
    await one.open()
    await other.open()
    case = await file_case(one, GUILD)

    async def vote(user_id: int) -> None:
        async with one.writing() as repos:
            await repos.votes.cast(case.id, user_id, Vote.YES, VoteSource.BUTTON, NOW)
        async with one.reading() as repos:
            assert await repos.votes.of_member(case.id, user_id) is Vote.YES

    await asyncio.gather(*(vote(user_id) for user_id in range(20)))
    task = asyncio.create_task(vote(99))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    async with one.reading() as repos:
        assert await repos.cases.search(GUILD, "novle", [CaseState.FILED], 1) == [case]
        assert (await repos.votes.tally(case.id)).yes >= 20
    async with other.reading() as repos:
        assert await repos.cases.get(case.id) is None
    await one.close()
    await other.close()
    assert_no_connection_thread()


async def test_a_record_that_is_open_is_not_opened_again_before_it_is_closed(tmp_path: Path) -> None:
    one, other = Database(url_of(tmp_path / "court.sqlite3")), Database(url_of(tmp_path / "court.sqlite3"))
    await one.open()
    case = await file_case(one, GUILD)
    with pytest.raises(StorageError, match=rf"another court has it open \(process {os.getpid()}, since .*\)"):
        await other.open()
    await one.close()

    await other.open()
    async with other.reading() as repos:
        assert await repos.cases.get(case.id) == case
    await other.close()


async def test_two_records_write_at_once(tmp_path: Path) -> None:
    databases = [Database(url_of(tmp_path / f"{number}.sqlite3")) for number in range(2)]
    await asyncio.gather(*(database.open() for database in databases))

    async def vote(database: Database, user_id: int) -> None:
        async with database.writing() as repos:
            await repos.votes.cast(1, user_id, Vote.NO, VoteSource.BUTTON, NOW)

    for database in databases:
        await file_case(database, GUILD)
    await asyncio.gather(*(vote(databases[user_id % 2], user_id) for user_id in range(20)))

    for database in databases:
        async with database.reading() as repos:
            assert await repos.votes.tally(1) == AudienceTally(no=10)
        await database.close()


async def test_many_records_are_opened_at_once(tmp_path: Path) -> None:
    databases = [Database(url_of(tmp_path / f"{number}.sqlite3")) for number in range(4)]
    await asyncio.gather(*(database.open() for database in databases))
    for database in databases:
        assert (await file_case(database, GUILD)).id == 1
        await database.close()


async def test_writers_of_one_court_wait_for_each_other_however_long(record: Path) -> None:
    shorter = 0.01
    async with opened(record, busy_timeout=shorter) as database:
        async with database.writing() as repos:
            await repos.guilds.put(GuildSettings(GUILD))
            waiting = [asyncio.create_task(file_case(database, GUILD)) for _ in range(CONNECTIONS * 2)]
            await asyncio.sleep(5 * shorter)
            async with database.reading() as others:
                assert await others.cases.newest(GUILD, [CaseState.FILED], 99) == []
        assert len({case.id for case in await asyncio.gather(*waiting)}) == CONNECTIONS * 2


async def test_more_read_at_once_than_there_are_connections(record: Path) -> None:
    async with opened(record) as database:
        inside = 0
        full = asyncio.Event()

        async def read() -> GuildSettings:
            nonlocal inside
            async with database.reading() as repos:
                inside += 1
                if inside == CONNECTIONS:
                    full.set()
                await full.wait()
                return await repos.guilds.get(GUILD)

        readings = asyncio.gather(*(read() for _ in range(CONNECTIONS * 3)))
        assert await asyncio.wait_for(readings, PATIENCE) == [GuildSettings(GUILD)] * CONNECTIONS * 3


async def test_a_copy_made_while_it_runs_is_whole(record: Path, tmp_path: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        with sqlite3.connect(record) as source, sqlite3.connect(tmp_path / "copy") as copy:
            source.backup(copy)
        source.close()
        copy.close()

    async with opened(tmp_path / "copy") as database, database.reading() as repos:
        assert await repos.cases.get(case.id) == case


async def test_closing_ends_every_connection_and_can_be_repeated(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "court.sqlite3"))
    await database.close()
    await database.open()
    await asyncio.gather(*(file_case(database, GUILD) for _ in range(5)))
    async with database.reading() as first, database.reading() as second:
        assert await first.cases.get(1) == await second.cases.get(1)
        assert len(connection_threads()) >= 2
    await database.close()
    await database.close()

    del database
    gc.collect()
    assert_no_connection_thread()
    assert not (tmp_path / "court.sqlite3-wal").exists()


async def test_closing_waits_for_what_has_begun(record: Path) -> None:
    database = Database(url_of(record))
    await database.open()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        async with database.writing() as repos:
            begun.set()
            await go_on.wait()
            await repos.cases.file(GUILD, "Can AI write a novel?", FILER, NOW)

    writing = asyncio.create_task(write_slowly())
    await begun.wait()
    waiting = asyncio.create_task(file_case(database, GUILD))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageError, match="not open"):
        async with database.reading():
            pass
    go_on.set()
    await asyncio.gather(writing, waiting, closing)

    assert_no_connection_thread()
    async with opened(record) as again, again.reading() as repos:
        assert len(await repos.cases.newest(GUILD, [CaseState.FILED], 9)) == 2


async def test_a_record_is_not_used_before_it_is_open_and_opens_once(record: Path) -> None:
    database = Database(url_of(record))
    with pytest.raises(StorageError, match="not open"):
        async with database.reading():
            pass
    with pytest.raises(StorageError, match="not open"):
        async with database.writing():
            pass
    await database.open()
    with pytest.raises(StorageError, match="already open"):
        await database.open()
    await database.close()


async def test_errors_do_not_contain_what_members_wrote(record: Path) -> None:
    async with opened(record) as database:
        with pytest.raises(StorageError) as raised:
            async with database.writing() as repos:
                await repos.outbox.add(PlainNotice("a member's words", 404), GUILD, NOW)
    shown = f"{raised.value} {raised.value.__cause__}"
    assert "FOREIGN KEY constraint failed" in shown
    assert "a member's words" not in shown
