"""Votes that were acknowledged are still there after the process is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from court.models import AudienceTally
from tests.contracts.store.samples import GUILD, file_case
from tests.records import url_of
from tests.storage.files import opened

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LONGEST = 30.0
"""Seconds for starting Python, opening the record and voting."""


async def votes_until_killed(path: Path, case_id: int, count: int) -> int:
    """Let a process vote from another folder, and kill it after `count` acknowledgements. Return the last one."""
    voter = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.storage.voter",
        url_of(path),
        str(case_id),
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert voter.stdout is not None
    last = 0
    try:
        async with asyncio.timeout(LONGEST):
            while last < count:
                last = int(await voter.stdout.readline())
    finally:
        with contextlib.suppress(ProcessLookupError):
            voter.kill()
        # What was still in the pipe was acknowledged too.
        rest = (await voter.stdout.read()).decode()
        await voter.wait()
    whole_lines = rest[: rest.rfind("\n") + 1].split()
    return int(whole_lines[-1]) if whole_lines else last


@pytest.mark.parametrize("count", [1, 60])
async def test_every_acknowledged_vote_is_stored(record: Path, count: int) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)

    acknowledged = await votes_until_killed(record, case.id, count)

    assert acknowledged >= count
    with closing(sqlite3.connect(record)) as connection:
        kept = {user_id for (user_id,) in connection.execute("SELECT user_id FROM votes")}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert kept >= set(range(1, acknowledged + 1))
    assert len(kept) <= acknowledged + 1

    async with opened(record) as database, database.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(yes=len(kept))
