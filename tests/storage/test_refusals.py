"""The error for a record that cannot be used: one line that names it."""

from __future__ import annotations

import gc
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from court.errors import StorageError
from court.models import CaseState
from court.ports import Store
from storage.database import Database
from tests.contracts.store.samples import FILER, GUILD, NOW, file_case
from tests.records import url_of
from tests.storage.files import assert_no_connection_thread, opened
from tests.storage.test_killed import ROOT


async def refusal(address: str, *, busy_timeout: float = 5.0) -> str:
    """Return the error of opening, which must leave nothing open."""
    with pytest.raises(StorageError) as raised:
        await Database(address, busy_timeout=busy_timeout).open()
    gc.collect()
    assert_no_connection_thread()
    message = str(raised.value)
    assert "\n" not in message
    return message


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    message = await refusal(url_of(tmp_path))
    assert message.startswith(f"{tmp_path}: it cannot be opened; choose a file")


async def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    message = await refusal(url_of(tmp_path / "data" / "court.sqlite3"))
    assert f"the folder {tmp_path / 'data'} cannot be created" in message
    assert "choose another file" in message


@pytest.mark.parametrize("size", [20, 5_000])
async def test_a_file_that_is_not_a_database(tmp_path: Path, size: int) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"no database at all! " * (size // 20))
    message = await refusal(url_of(path))
    assert message.startswith(f"{path}: it is not a database; choose another file")
    assert path.read_bytes() == b"no database at all! " * (size // 20)


async def test_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    async with opened(path):
        pass
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    assert (await refusal(url_of(path))).startswith(f"{path}: it is damaged; restore a backup")


async def test_a_record_of_a_newer_court_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    async with opened(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    message = await refusal(url_of(path))

    assert message.startswith(f"{path}: it was written by a newer court (revision 9999); update the court")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "photos.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    assert "it holds tables of another program; choose another file" in await refusal(url_of(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]


async def test_a_record_that_cannot_be_written(record: Path) -> None:
    async with opened(record):
        pass
    message = await refusal(f"sqlite:///file:{record}?mode=ro&uri=true")
    assert (
        f"file:{record}: it cannot be written; give the court's user write access to the file and its folder" in message
    )


async def test_a_record_that_another_program_has_locked(record: Path) -> None:
    async with opened(record, busy_timeout=0.05) as database:
        with closing(sqlite3.connect(record, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="another program has locked it"):
                await file_case(database, GUILD)
            other.execute("ROLLBACK")
        await file_case(database, GUILD)
    with closing(sqlite3.connect(record, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "another program has locked it" in await refusal(url_of(record), busy_timeout=0.05)


async def test_an_empty_file_is_a_lost_record_and_no_new_one(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    path.touch()
    message = await refusal(url_of(path))
    assert message.startswith(f"{path}: the file is empty")
    assert "restore a backup with `court restore`, or delete the file" in message
    assert path.stat().st_size == 0

    path.unlink()
    async with opened(path) as database:
        assert (await file_case(database, GUILD)).id == 1


async def test_what_is_left_of_a_lost_file_is_not_played_into_a_new_one(record: Path) -> None:
    async with opened(record) as database:
        await file_case(database, GUILD)
        wal = record.with_name("court.sqlite3-wal")
        left = wal.read_bytes()
    assert left
    record.unlink()
    wal.write_bytes(left)
    message = await refusal(url_of(record))
    assert message.startswith(f"{record}: the file is gone, but court.sqlite3-wal with a part of it is still there")
    assert not record.exists()
    assert wal.read_bytes() == left


async def test_a_start_that_was_cut_off_leaves_no_record_and_the_next_one_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    path.with_name("court.sqlite3.new").write_bytes(b"")
    path.with_name("court.sqlite3.new-wal").write_bytes(b"half a page")
    async with opened(path) as database:
        assert (await file_case(database, GUILD)).id == 1
    assert {left.name for left in tmp_path.iterdir()} == {"court.sqlite3", "court.sqlite3.lock"}


@pytest.mark.parametrize("address", ["", "court.sqlite3", "sqlite:/", "no address", "://"])
async def test_what_is_not_an_address(address: str) -> None:
    assert "write it like sqlite:///data/court.sqlite3" in await refusal(address)


async def test_a_database_that_the_court_does_not_support() -> None:
    message = await refusal("mysql://court:secret@db/court")
    assert "cannot be kept in “mysql”" in message
    assert "secret" not in message


async def test_postgresql_without_its_driver_names_what_is_missing() -> None:
    message = await refusal("postgresql://court:secret@127.0.0.1/court")
    assert "the package “asyncpg” is missing" in message
    assert "secret" not in message


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_disk_that_fails_loses_only_that_write_and_works_again_later(record: Path) -> None:

    async def file_many(store: Store) -> None:
        async with store.writing() as repos:
            for _ in range(200):
                await repos.cases.file(GUILD, f"Can AI do {'x' * 2000}?", FILER, NOW)

    async with opened(record) as database:
        first = await file_case(database, GUILD)
        with no_file_grows_beyond(200_000), pytest.raises(StorageError) as raised:
            await file_many(database)
        assert str(raised.value).startswith(
            f"{record}: the disk failed while the record was read or written; check the disk"
        )

        async with database.reading() as repos:
            assert await repos.cases.newest(GUILD, [CaseState.FILED], 999) == [first]
        await file_many(database)
        async with database.reading() as repos:
            assert len(await repos.cases.newest(GUILD, [CaseState.FILED], 999)) == 201


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
async def test_a_file_that_goes_missing_while_the_court_runs(record: Path, tmp_path: Path, fate: str) -> None:
    async with opened(record) as database:
        first = await file_case(database, GUILD)
        record.rename(tmp_path / "moved")
        if fate == "replaced":
            record.write_bytes(b"")
        with pytest.raises(StorageError, match="moved, deleted or replaced while the court was running"):
            await file_case(database, GUILD)

        record.unlink(missing_ok=True)
        (tmp_path / "moved").rename(record)
        last = await file_case(database, GUILD)
    async with opened(record) as database, database.reading() as repos:
        assert await repos.cases.newest(GUILD, list(CaseState), 9) == [last, first]


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
async def test_without_its_lock_file_a_court_writes_nothing_more(record: Path, fate: str) -> None:
    async with opened(record) as first:
        kept = await file_case(first, GUILD)
        lock = record.with_name("court.sqlite3.lock")
        lock.unlink()
        if fate == "replaced":
            lock.touch()
        async with opened(record) as second:
            with pytest.raises(StorageError, match=r"the lock file court\.sqlite3\.lock was deleted or replaced"):
                await file_case(first, GUILD)
            async with second.reading() as repos:
                assert await repos.cases.newest(GUILD, list(CaseState), 9) == [kept]
            await file_case(second, GUILD)


async def test_a_second_name_of_the_record_is_warned_of(record: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(record):
        assert "hard links" not in caplog.text
    (record.parent / "other.sqlite3").hardlink_to(record)
    async with opened(record):
        assert f"{record}: the file has 2 names (hard links)" in caplog.text


ROOM = """
import asyncio, os, sys
from pathlib import Path
from court.errors import StorageError
from storage.database import Database

async def open_record(path):
    try:
        database = Database(f"sqlite:///{path}")
        await database.open()
        await database.close()
    except StorageError as error:
        assert str(error).startswith(f"{path}: "), error
        assert "disk" in str(error) or "space" in str(error), error
        return False
    return True

path = Path(sys.argv[1]) / "court.sqlite3"
for size in range(40, 700, 20):
    os.system(f"mount -t tmpfs -o size={size}k none {path.parent}")
    made = asyncio.run(open_record(path))
    left = {one.name for one in path.parent.iterdir()}
    assert left <= {"court.sqlite3", "court.sqlite3.lock"} or made, (size, left)
    os.system(f"mount -o remount,size=9m {path.parent}")
    assert asyncio.run(open_record(path)), size
    print(made, "court.sqlite3" in left)
    os.system(f"umount {path.parent}")
"""


@pytest.mark.slow
def test_a_nearly_full_disk_at_the_first_start_leaves_no_damaged_record(tmp_path: Path) -> None:
    unshared = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*unshared, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    done = subprocess.run(
        [*unshared, sys.executable, "-c", ROOM, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = done.stdout.split("\n")
    assert found[0] == "False False"
    assert found[-2] == "True True"
