"""What the court creates belongs to its owner alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.store.samples import GUILD, file_case
from tests.storage.files import opened


@pytest.fixture(params=[0o000, 0o777], ids=["umask 000", "umask 777"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
async def test_a_new_record_and_what_is_beside_it_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data" / "court.sqlite3"
    async with opened(path) as database:
        await file_case(database, GUILD)
        modes = {found.name: mode(found) for found in path.parent.iterdir()}
    ours = ("", "-wal", "-shm", ".lock")
    assert modes == {f"court.sqlite3{ending}": 0o600 for ending in ours}
    assert [mode(tmp_path / "new"), mode(path.parent)] == [0o700, 0o700]


@pytest.mark.usefixtures("umask")
async def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    async with opened(folder / "court.sqlite3"):
        assert mode(folder) == 0o755


async def test_a_record_that_others_can_read_is_told_and_keeps_its_mode(
    record: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(record):
        assert caplog.messages == []
    record.chmod(0o640)
    async with opened(record):
        pass
    (told,) = caplog.messages
    assert (
        told == f"{record}: other users of this machine can read the record; `chmod 600 {record}` takes that from them"
    )
    assert mode(record) == 0o640
