"""The lock of a record, taken by real processes."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from court.errors import StorageError
from storage.engine.location import locate
from storage.engine.lock import locked
from tests.records import url_of
from tests.storage.test_killed import ROOT

PATIENCE = 30.0

HOLDER = """
import sys
from court.errors import StorageError
from storage.engine.location import locate
from storage.engine.lock import locked

try:
    with locked(locate(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except StorageError as error:
    print(error, flush=True)
"""


@asynccontextmanager
async def process(path: Path, cwd: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start a process that holds the lock until its input ends. Yield it and the line that it printed."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLDER,
        url_of(path),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert started.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await started.stdout.readline()).decode().strip()
        yield started, line
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


def refusal(path: Path) -> str | None:
    """Return why the lock cannot be taken, or None if it can."""
    try:
        with locked(locate(url_of(path))):
            return None
    except StorageError as error:
        return str(error)


@pytest.mark.slow
async def test_the_second_is_told_who_holds_it_and_a_kill_frees_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    async with process(path, tmp_path) as (holder, line):
        assert line == "held"
        message = refusal(path)
        assert message is not None
        found = re.fullmatch(
            rf"{path}: another court has it open \(process (\d+), since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\); "
            "stop it first, or set DATABASE_URL to another record; deleting the lock file does not help",
            message,
        )
        assert found, message
        assert int(found[1]) == holder.pid
        holder.kill()
        await holder.wait()
        assert refusal(path) is None


@pytest.mark.slow
async def test_every_path_to_the_file_is_the_same_record(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "court.sqlite3").touch()
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "data" / "court.sqlite3")
    (tmp_path / "folder").symlink_to(tmp_path / "data")
    async with process(Path("data/court.sqlite3"), tmp_path) as (_, line):
        assert line == "held"
        for path in ("data/court.sqlite3", "link.sqlite3", "folder/court.sqlite3", "folder/../data/court.sqlite3"):
            assert "another court has it open" in str(refusal(tmp_path / path)), path
        with (
            pytest.raises(StorageError, match="another court"),
            locked(locate(f"sqlite:///file:{tmp_path}/data/court.sqlite3?uri=true")),
        ):
            pass
        assert refusal(tmp_path / "data" / "other.sqlite3") is None


@pytest.mark.slow
async def test_one_of_several_that_start_at_once_wins(tmp_path: Path) -> None:
    together = asyncio.Barrier(4)

    async def start() -> str:
        async with process(tmp_path / "court.sqlite3", tmp_path) as (_, line):
            await together.wait()  # whoever has the lock keeps it until all have tried
            return line

    lines = await asyncio.gather(*(start() for _ in range(together.parties)))
    assert lines.count("held") == 1, lines
    assert sum("another court has it open" in line for line in lines) == together.parties - 1


def test_a_lock_file_that_says_nothing_still_refuses(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    with locked(locate(url_of(path))):
        path.with_name("court.sqlite3.lock").write_text("")
        assert refusal(path) == (
            f"{path}: another court has it open; stop it first, or set DATABASE_URL to another record; "
            "deleting the lock file does not help"
        )


def test_a_lock_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite3"
    path.with_name("court.sqlite3.lock").mkdir()
    assert f"the lock file {path}.lock cannot be used" in str(refusal(path))


def test_a_symbolic_link_in_place_of_the_lock_file_is_not_followed(tmp_path: Path) -> None:
    path, target = tmp_path / "court.sqlite3", tmp_path / "precious"
    target.write_text("precious")
    path.with_name("court.sqlite3.lock").symlink_to(target)
    assert "it is a symbolic link; remove it" in str(refusal(path))
    assert target.read_text() == "precious"


def test_a_record_in_memory_needs_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    memory = locate(":memory:")
    with locked(memory), locked(memory):
        assert list(tmp_path.iterdir()) == []
