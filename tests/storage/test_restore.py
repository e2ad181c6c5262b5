"""Restoring: the backup is verified first, and the former record is kept."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from court.announcements.kinds import StatementCard
from court.errors import StorageError
from court.models import CaseState
from storage.backup import back_up, examine
from storage.engine.location import locate
from storage.migrations.revisions import REVISION
from storage.restore import ID_STEP, Restored, restore
from tests.contracts.store.samples import GUILD, NOW, file_case
from tests.migrations.test_upgrade import RELEASED, record_of
from tests.records import url_of
from tests.storage.files import opened


@pytest.fixture
async def backup(record: Path, tmp_path: Path) -> Path:
    """A backup with one case. The record has gone on to a second one."""
    async with opened(record) as database:
        await file_case(database, GUILD, "case 1")
        back_up(locate(url_of(record)), tmp_path / "backup")
        await file_case(database, GUILD, "case 2")
    return tmp_path / "backup"


def put_back(record: Path, backup: Path) -> Restored:
    return restore(locate(url_of(record)), backup)


def refusal(record: Path, backup: Path) -> str:
    """Return why nothing is restored. Every file but the lock's must be as it was."""
    before = files(record.parent)
    with pytest.raises(StorageError) as raised:
        put_back(record, backup)
    assert files(record.parent) == before
    message = str(raised.value)
    assert "\n" not in message
    return message


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.iterdir() if path.is_file() and path.suffix not in {".lock", ".sqlite3-shm"})
    return {path.name: path.read_bytes() for path in found}


async def cases(path: Path) -> set[str]:
    async with opened(path) as database, database.reading() as repos:
        return {case.statement for case in await repos.cases.newest(GUILD, [CaseState.FILED], 9)}


async def test_a_backup_replaces_the_record_and_can_be_undone(record: Path, backup: Path) -> None:
    record.chmod(0o644)
    done = put_back(record, backup)
    assert done.former is not None
    assert done.former.name.startswith("court.sqlite3.replaced-")
    assert stat.S_IMODE(done.former.stat().st_mode) == 0o600
    assert await cases(record) == {"case 1"}
    assert done.contents == examine(backup, "the backup")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600

    undone = put_back(record, done.former)
    assert await cases(record) == {"case 1", "case 2"}
    assert undone.former != done.former
    assert await cases(backup) == {"case 1"}


async def newest_ids(path: Path) -> tuple[int, int]:
    """File one more case; return its id and that of the dispatch of its card."""
    async with opened(path) as database:
        case = await file_case(database, GUILD, "one more")
        async with database.writing() as repos:
            return case.id, await repos.outbox.add(StatementCard(case.id), GUILD, NOW)


async def test_ids_that_were_given_after_the_backup_are_not_given_again(record: Path, backup: Path) -> None:
    for _ in range(3):
        given = await newest_ids(record)
    put_back(record, backup)
    case_id, dispatch_id = await newest_ids(record)
    assert case_id > given[0]
    assert dispatch_id > given[1]


async def test_far_more_ids_than_usual_since_the_backup_are_left_out_too(record: Path, backup: Path) -> None:
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 70000 WHERE name = 'cases'")
    put_back(record, backup)
    assert await newest_ids(record) == (70_001, 70_001)


@pytest.mark.parametrize("fate", ["lost", "damaged", "begun anew"])
async def test_ids_are_left_out_when_the_former_record_cannot_say_which(record: Path, backup: Path, fate: str) -> None:
    given = max(await newest_ids(record))
    record.unlink()
    if fate == "damaged":
        record.write_bytes(b"no database" * 1000)
    elif fate == "begun anew":
        assert max(await newest_ids(record)) < given
    put_back(record, backup)
    found = await newest_ids(record)
    assert given < min(found)
    assert max(found) <= 2 * ID_STEP, "the ids on cards have little room"


async def test_ids_are_left_out_when_an_older_record_is_restored_and_migrated(tmp_path: Path, record: Path) -> None:
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('cases', 70000)")
    put_back(record, record_of(tmp_path / "old", "0001"))
    assert await newest_ids(record) == (70_001, 70_001)


@pytest.mark.parametrize("links", [True, False])
async def test_a_restore_that_fails_gives_the_record_its_name_back(
    record: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    record.write_bytes(b"no database" * 1000)
    record.with_name("court.sqlite3-wal").write_bytes(b"its WAL")

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    if not links:
        monkeypatch.setattr(os, "link", failing)
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda path, to: failing() if path.suffix == ".part" else replace(path, to))
    assert "it cannot be written (Input/output error)" in refusal(record, backup)


async def test_what_a_killed_restore_left_is_removed(record: Path, backup: Path) -> None:
    record.with_name("court.sqlite3.123.part").touch()
    put_back(record, backup)
    assert not record.with_name("court.sqlite3.123.part").exists()


async def test_what_a_killed_court_left_in_the_wal_is_kept_and_not_played_into_the_backup(
    record: Path, backup: Path
) -> None:
    async with opened(record) as database:
        await file_case(database, GUILD, "case 3")
        left = {path: path.read_bytes() for path in (record, record.with_name("court.sqlite3-wal"))}
    for path, content in left.items():
        path.write_bytes(content)

    done = put_back(record, backup)

    assert not record.with_name("court.sqlite3-wal").exists()
    assert await cases(record) == {"case 1"}
    assert done.former is not None
    assert await cases(done.former) == {"case 1", "case 2", "case 3"}


async def test_a_damaged_record_is_kept_with_its_wal(record: Path, backup: Path) -> None:
    record.write_bytes(b"no database" * 1000)
    record.with_name("court.sqlite3-wal").write_bytes(b"its WAL")
    record.with_name("court.sqlite3-shm").write_bytes(b"its index")
    done = put_back(record, backup)
    assert await cases(record) == {"case 1"}
    assert done.former is not None
    assert done.former.read_bytes() == b"no database" * 1000
    assert done.former.with_name(f"{done.former.name}-wal").read_bytes() == b"its WAL"


@pytest.mark.parametrize("lost", ["the file", "everything", "its content", "the folder"])
async def test_a_lost_record_is_restored(record: Path, backup: Path, tmp_path: Path, lost: str) -> None:
    target = record
    if lost == "the file":
        record.with_name("court.sqlite3-wal").write_bytes(b"its WAL")
    if lost == "the folder":
        target = tmp_path / "new" / "court.sqlite3"
    elif lost == "its content":
        record.write_bytes(b"")
    else:
        record.unlink()
    done = put_back(target, backup)
    assert await cases(target) == {"case 1"}
    assert (done.former is None) == (lost in {"everything", "the folder"})


async def test_an_older_record_is_restored_and_migrated_at_the_next_start(tmp_path: Path, record: Path) -> None:
    old = record_of(tmp_path / "old", "0001")
    put_back(record, old)
    assert examine(record, "the record").revisions == {"0001"}
    async with opened(record):
        pass
    found = examine(record, "the record")
    assert found.revisions == {REVISION}
    assert found.tables["votes"] == len(RELEASED["0001"]["votes"])


async def test_what_cannot_be_restored_leaves_everything_as_it_is(record: Path, backup: Path, tmp_path: Path) -> None:
    assert "there is no such file" in refusal(record, tmp_path / "missing")
    assert "there is no such file" in refusal(record, tmp_path)
    assert "this is the record itself" in refusal(record, record)
    (tmp_path / "link").symlink_to(record)
    assert "this is the record itself" in refusal(record, tmp_path / "link")
    (tmp_path / "junk").write_bytes(b"no database" * 100)
    assert refusal(record, tmp_path / "junk").startswith(f"{tmp_path / 'junk'}: it is not a database")
    (tmp_path / "empty").touch()
    assert f"{tmp_path / 'empty'}: it holds no record of the court" in refusal(record, tmp_path / "empty")
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "it was written by a newer court (revision 9999)" in refusal(record, backup)
    with pytest.raises(StorageError, match="only a record in a file can be restored"):
        restore(locate(":memory:"), backup)


async def test_nothing_is_restored_while_the_record_is_in_use(record: Path, backup: Path) -> None:
    async with opened(record):
        assert "another court has it open" in refusal(record, backup)
    with closing(sqlite3.connect(record)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM cases").fetchall()
        with pytest.raises(StorageError, match="another program has locked it"):
            put_back(record, backup)
    assert await cases(record) == {"case 1", "case 2"}
