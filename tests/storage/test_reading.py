from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command

from court.errors import StorageError
from court.models import GuildSettings
from storage.database import Database
from storage.engine.location import locate
from storage.migrations.revisions import REVISION
from storage.reading import Glance, glance
from tests.migrations.records import REVISIONS, connected, migrate
from tests.records import url_of

GUILD = GuildSettings(11, verdict_channel_id=12, mod_channel_id=13, mod_role_id=14)


async def fill(record: Path) -> None:
    database = Database(url_of(record))
    await database.open()
    async with database.writing() as repos:
        await repos.guilds.put(GUILD)
    await database.close()


async def test_a_record_that_is_open_is_seen_as_it_is_and_left_alone(record: Path) -> None:
    database = Database(url_of(record))
    await database.open()
    try:
        async with database.writing() as repos:
            await repos.guilds.put(GUILD)
        before = {path.name: path.stat().st_mtime_ns for path in record.parent.iterdir() if path.suffix != "-shm"}
        seen = await glance(locate(url_of(record)))
        after = {path.name: path.stat().st_mtime_ns for path in record.parent.iterdir() if path.suffix != "-shm"}
    finally:
        await database.close()

    assert seen == Glance(frozenset({REVISION}), (GUILD,))
    assert after.keys() == before.keys()
    assert after[record.name] == before[record.name]


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_revision_can_be_seen(record: Path, revision: str) -> None:
    await fill(record)
    migrate(record, revision, command.downgrade)
    content = record.read_bytes()
    assert await glance(locate(url_of(record))) == Glance(frozenset({revision}), (GUILD,))
    assert record.read_bytes() == content


async def test_a_database_of_another_program_is_no_record(tmp_path: Path) -> None:
    with connected(tmp_path / "other.db") as connection:
        connection.exec_driver_sql("CREATE TABLE guilds (name TEXT)")
    assert await glance(locate(url_of(tmp_path / "other.db"))) == Glance(frozenset())


async def test_nothing_is_created_where_there_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="it cannot be opened"):
        await glance(locate(url_of(tmp_path / "court.sqlite3")))
    assert list(tmp_path.iterdir()) == []
