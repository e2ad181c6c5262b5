"""Backups: whole copies of a record that is in use, and one before every migration."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from court.errors import StorageError
from court.models import AudienceTally, Vote, VoteSource
from storage.backup import KEPT, Contents, back_up, examine
from storage.database import Database
from storage.engine.files import make_file
from storage.engine.location import locate
from storage.engine.lock import locked
from storage.migrations.revisions import REVISION
from tests.contracts.store.samples import GUILD, NOW, file_case
from tests.migrations.oldest import RULED
from tests.migrations.records import REVISIONS, migrate
from tests.migrations.test_upgrade import RELEASED, record_of
from tests.records import url_of
from tests.storage.files import opened
from tests.storage.test_killed import LONGEST, ROOT
from tests.storage.test_refusals import no_file_grows_beyond


def save(record: Path, to: Path) -> Contents:
    return back_up(locate(url_of(record)), to)


def refusal(record: Path, to: Path) -> str:
    """Return why a backup cannot be made. Nothing may be left of the attempt."""
    before = sorted(to.parent.iterdir()) if to.parent.is_dir() else []
    with pytest.raises(StorageError) as raised:
        save(record, to)
    assert (sorted(to.parent.iterdir()) if to.parent.is_dir() else []) == before
    message = str(raised.value)
    assert "\n" not in message
    return message


async def cast(database: Database, case_id: int, votes: int) -> None:
    for user_id in range(votes):
        async with database.writing() as repos:
            await repos.votes.cast(case_id, user_id, Vote.YES, VoteSource.BUTTON, NOW)


async def test_a_backup_has_what_is_only_in_the_wal(record: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup.sqlite3"
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        await cast(database, case.id, 65)
        contents = save(record, to)
        await cast(database, case.id, 70)
    assert (contents.tables["votes"], contents.tables["cases"]) == (65, 1)
    assert contents.rows == 66
    assert contents.revisions == {REVISION}
    assert contents.size == to.stat().st_size
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == ["backup.sqlite3"]
    assert to.read_bytes()[18:20] == b"\x01\x01", "it needs no WAL"

    async with opened(to) as database, database.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(yes=65)
        assert await repos.cases.get(case.id) == case


def test_a_backup_is_the_owners_alone(record: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save(record, tmp_path / "backup.sqlite3")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "backup.sqlite3").stat().st_mode) == 0o600


@pytest.mark.slow
async def test_backups_of_a_record_that_another_process_writes(record: Path, tmp_path: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
    voter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.voter", url_of(record), str(case.id)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert voter.stdout is not None
    try:
        async with asyncio.timeout(LONGEST):
            for number in range(5):
                acknowledged = int(await voter.stdout.readline())
                while acknowledged < 40 * (number + 1):
                    acknowledged = int(await voter.stdout.readline())
                contents = await asyncio.to_thread(save, record, tmp_path / f"backup{number}")
                assert contents.tables["votes"] >= acknowledged
                assert examine(tmp_path / f"backup{number}", "the backup") == contents
    finally:
        voter.kill()
        await voter.communicate()


def test_no_file_is_overwritten(record: Path, tmp_path: Path) -> None:
    to = tmp_path / "precious"
    to.write_text("precious")
    assert refusal(record, to).startswith(f"{to}: there is something of this name already")
    assert to.read_text() == "precious"
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    assert "there is something of this name already" in refusal(record, tmp_path / "dangling")
    assert "there is something of this name already" in refusal(record, record)


def test_what_cannot_be_backed_up_is_said(record: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    assert "there is no folder" in refusal(record, tmp_path / "nowhere" / "backup")
    assert "there is no record in a file here" in refusal(tmp_path / "missing.sqlite3", to)
    (tmp_path / "empty.sqlite3").touch()
    assert "the file is empty" in refusal(tmp_path / "empty.sqlite3", to)
    (tmp_path / "junk").write_bytes(b"no database" * 100)
    assert refusal(tmp_path / "junk", to).startswith(f"{tmp_path / 'junk'}: it is not a database")
    with closing(sqlite3.connect(tmp_path / "photos")) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    assert "it holds no record of the court" in refusal(tmp_path / "photos", to)
    with pytest.raises(StorageError, match="there is no record in a file here"):
        back_up(locate(":memory:"), to)


async def test_a_damaged_record_gives_no_backup(record: Path, tmp_path: Path) -> None:
    async with opened(record) as database:
        await cast(database, (await file_case(database, GUILD)).id, 50)
    with closing(sqlite3.connect(record)) as connection, connection:
        page = connection.execute("SELECT max(rootpage) FROM sqlite_master WHERE type = 'index'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(record.read_bytes())
    content[(page[0] - 1) * size : page[0] * size] = b"\xff" * size
    record.write_bytes(content)
    assert "it is damaged" in refusal(record, tmp_path / "backup")


def test_a_row_that_refers_to_nothing_gives_no_backup(record: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("INSERT INTO votes VALUES (404, 5, 'yes', 'button', '2026-03-01 12:00:00.000000')")
    assert refusal(record, tmp_path / "backup") == (
        f"{record}: it is damaged (a row of “votes” refers to a missing one)"
    )


def test_a_disk_that_takes_no_backup_leaves_nothing_of_it(record: Path, tmp_path: Path) -> None:
    with no_file_grows_beyond(100_000):
        assert refusal(record, tmp_path / "backup").startswith(f"{tmp_path / 'backup'}: the disk")


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.before-{REVISION}-*Z*.bak"))


@pytest.mark.parametrize("revision", RELEASED)
async def test_a_record_is_backed_up_before_it_is_migrated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, revision: str
) -> None:
    path = record_of(tmp_path / "court.sqlite3", revision)
    with caplog.at_level("INFO", "storage"):
        async with opened(path):
            (made,) = backups(path)
    contents = examine(made, "the backup")
    assert contents.revisions == {revision}
    assert contents.tables == {table: len(rows) for table, rows in RELEASED[revision].items()}
    assert f"{path}: backed up to {made} ({contents.rows} rows) before it is brought from revision" in caplog.text
    async with opened(path):
        assert backups(path) == [made], "a record that is up to date needs none"


async def test_nothing_is_migrated_while_another_process_has_the_record(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    before = path.read_bytes()
    with locked(locate(url_of(path))), pytest.raises(StorageError, match="another court has it open"):
        await Database(url_of(path)).open()
    assert path.read_bytes() == before
    assert backups(path) == []


async def test_a_record_without_rows_is_not_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    migrate(path, REVISIONS[0])
    async with opened(path):
        assert backups(path) == []


async def test_without_room_for_a_backup_nothing_is_migrated(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    with no_file_grows_beyond(100_000), pytest.raises(StorageError) as raised:
        await Database(url_of(path)).open()
    message = str(raised.value)
    assert message.startswith(
        f"{path}: it was not brought up to revision {REVISION}, because it could not be backed up: "
    )
    assert "the disk" in message
    assert examine(path, "the record").revisions == {"0002"}
    assert backups(path) == []

    async with opened(path):
        assert len(backups(path)) == 1


async def test_a_full_disk_is_noticed_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    usage = shutil.disk_usage(tmp_path)._replace(free=100 * 1024)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(StorageError, match=r"it needs 0\.2 MiB, but only 0\.1 MiB are free in its folder"):
        await Database(url_of(path)).open()
    assert backups(path) == []
    assert examine(path, "the record").revisions == {"0002"}


async def test_only_the_newest_backups_of_migrations_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    other = path.with_name("court.sqlite3.bak")
    other.write_text("the host's own")
    votes = len(RELEASED["0002"]["votes"])
    for number in range(1, KEPT + 3):
        path.unlink(missing_ok=True)
        record_of(path, "0002")
        with closing(sqlite3.connect(path)) as connection, connection:
            row = "'yes', 'button', '2026-03-01 12:00:00.000000'"
            connection.executemany(f"INSERT INTO votes VALUES ({RULED}, ?, {row})", [(900 + n,) for n in range(number)])
        async with opened(path):
            pass
    kept = sorted(examine(made, "the backup").tables["votes"] for made in backups(path))
    assert kept == [votes + number for number in range(3, KEPT + 3)]
    assert other.exists()


async def test_only_backups_of_our_own_form_are_removed_by_the_time_in_their_names(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    theirs = ["before-holidays.bak", "before-0005-mine.bak", "before-0005-20990101T000000Z.bak.bak"]
    ours = [f"before-0005-20990101T00000{number}Z{again}.bak" for number, again in enumerate(["", "", "", "-2"])]
    for age, name in enumerate([*theirs, *ours]):
        path.with_name(f"court.sqlite3.{name}").touch()
        os.utime(path.with_name(f"court.sqlite3.{name}"), (1e9 - age, 1e9 - age))
    async with opened(path):
        pass
    left = {found.name.removeprefix("court.sqlite3.") for found in tmp_path.glob("court.sqlite3.before-*")}
    assert left > {*theirs, *ours[2:]}
    (made,) = left - {*theirs, *ours[2:]}
    assert examine(path.with_name(f"court.sqlite3.{made}"), "the backup").revisions == {"0002"}


async def test_an_old_backup_that_cannot_be_removed_does_not_end_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    old = path.with_name("court.sqlite3.before-0005-20200101T000000Z.bak")
    old.mkdir()
    for second in range(KEPT):
        path.with_name(f"court.sqlite3.before-0005-20990101T00000{second}Z.bak").touch()
    async with opened(path):
        assert f"{old}: an old backup cannot be removed" in caplog.text


async def test_what_killed_copies_left_is_removed_by_a_migration(tmp_path: Path) -> None:
    path = record_of(tmp_path / "court.sqlite3", "0002")
    left = [
        ".123.part",
        ".123.part-wal",
        ".before-0005-20260101T000000Z.bak.7.part",
        ".before-0005-20260101T000000Z-2.bak.7.part-journal",
    ]
    kept = [".mine.123.part", ".part", ".bak.123.part"]
    for ending in (*left, *kept):
        path.with_name(f"court.sqlite3{ending}").touch()
    async with opened(path):
        pass
    assert {found.name.removeprefix("court.sqlite3") for found in tmp_path.glob("*.part*")} == set(kept)


def test_a_backup_needs_no_shared_memory_where_it_is_written(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_without_memory(path: Path) -> None:
        make_file(path)
        path.with_name(f"{path.name}-shm").symlink_to(tmp_path / "nowhere" / "memory")

    monkeypatch.setattr("storage.backup.make_file", make_without_memory)
    contents = save(record, tmp_path / "backup")
    assert examine(tmp_path / "backup", "the backup") == contents
