"""One process a record: a second court is refused before it asks or takes over anything."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.bot.running import SEARCHLESS, Done, court, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import HANG, LoopbackVendor, always

pytestmark = pytest.mark.slow

REFUSED = re.compile(
    r"court: (\S+): another court has it open \(process (\d+), since \d{4}-\d\d-\d\d \d\d:\d\d UTC\); "
    r"stop it first, or set DATABASE_URL to another record; deleting the lock file does not help\n"
)
CONNECTED = "connected to Discord"


def holder(done: Done) -> int:
    """Return the process that a refusal names. It must be the only thing that was printed."""
    assert (done.code, done.out) == (2, ""), done
    found = REFUSED.fullmatch(done.err)
    assert found, done.err
    return int(found[2])


def settings(server: DiscordServer) -> dict[str, str]:
    return {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}


async def test_a_second_court_leaves_the_hearing_of_the_first_alone(tmp_path: Path, server: DiscordServer) -> None:
    async with LoopbackVendor(always(HANG)) as vendor:
        jury = seated(vendor, SEARCHLESS)
        async with running(tmp_path, server, **jury) as run:
            await set_up(server)
            await approve(server, await file(server))
            await vendor.hanging_is(3)

            (tmp_path / "other").symlink_to(tmp_path / "data")
            for url in ("sqlite:///data/court.sqlite3", "sqlite:///other/court.sqlite3"):
                done = await court(tmp_path, "run", DATABASE_URL=url, **settings(server), **jury)
                assert holder(done) == run.pid
            assert holder(await court(tmp_path, "recount", "--apply")) == run.pid
            recounted = await court(tmp_path, "recount")
            assert recounted.code == 0, recounted.err
            assert recounted.out == "0 hearings of 0 cases recounted: the record matches the rules.\n"

            logins = [one for one in server.asked if one.path == "/users/@me"]
            assert len(logins) == 1, "the refused ones did not reach Discord"
            assert len(vendor.asked) == 3, "no juror was asked twice"
            await run.kill()
        vendor.answers = voting()
        async with running(tmp_path, server, **jury) as run:
            await await_ruling(server)
            assert "resuming after an unclean stop: 1 hearings" in run.log
            assert await run.stop() == 0


async def test_of_two_that_start_at_once_exactly_one_runs(tmp_path: Path, server: DiscordServer) -> None:
    async with running(tmp_path, server) as one, running(tmp_path, server) as two:
        ends = {asyncio.create_task(run.end()): run for run in (one, two)}
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        (refused,) = (ends[task] for task in done)
        (winner,) = {one, two} - {refused}
        await winner.logged(CONNECTED)
        assert holder(Done(await refused.end(), "", refused.log)) == winner.pid
        assert await winner.stop() == 0


async def test_a_recount_leaves_every_file_as_it_is(tmp_path: Path, server: DiscordServer) -> None:
    async with running(tmp_path, server) as run:
        await set_up(server)
        await file(server)
        await run.kill()
    folder = tmp_path / "data"
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sqlite3-shm"}
    assert len(before["court.sqlite3-wal"]) > 0

    done = await court(tmp_path, "recount")

    assert done.code == 0, done.err
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sqlite3-shm"} == before
