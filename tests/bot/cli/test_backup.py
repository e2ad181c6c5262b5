"""`court backup` and `court restore` as a host runs them, while the bot runs and after it was killed."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.running import PATIENCE, SEARCHLESS, court, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, button
from tests.fakes.vendor import LoopbackVendor

pytestmark = pytest.mark.slow

VOTERS = 65


def votes(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM votes").fetchone()[0])


async def test_every_vote_is_in_a_backup_of_the_running_bot_and_comes_back(
    tmp_path: Path, server: DiscordServer
) -> None:
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await set_up(server)
        await approve(server, await file(server))
        ruling = await await_ruling(server)
        for number in range(VOTERS):
            await server.click(button(ruling, "Yes"), ruling, server.world.new_member(f"voter{number}"))

        saved = await court(tmp_path, "backup", "safe.sqlite3")
        assert saved.code == 0, saved.err
        assert re.fullmatch(
            r"data/court\.sqlite3 was backed up to safe\.sqlite3: \d+ rows in \d+ tables, [\d.]+ kB; "
            r"the copy was verified\.\n",
            saved.out,
        ), saved.out
        again = await court(tmp_path, "backup", "safe.sqlite3")
        assert (again.code, again.out) == (2, "")
        assert again.err.startswith("court: safe.sqlite3: there is something of this name already")

        async with asyncio.timeout(PATIENCE):
            while (tmp_path / "data" / "court.sqlite3-wal").stat().st_size:  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.1)

        refused = await court(tmp_path, "restore", "safe.sqlite3")
        assert refused.code == 2
        assert f"(process {run.pid}, since " in refused.err
        await server.click(button(ruling, "Yes"), ruling, server.world.new_member("late"))
        await run.kill()

    restored = await court(tmp_path, "restore", "safe.sqlite3")
    assert restored.code == 0, restored.err
    assert restored.out.count("\n") == 1
    undo = re.search(r"`court restore (\S+)` undoes this", restored.out)
    assert undo, restored.out
    assert votes(tmp_path / "data" / "court.sqlite3") == VOTERS
    assert (await court(tmp_path, "recount")).code == 0

    undone = await court(tmp_path, "restore", undo[1])
    assert undone.code == 0, undone.err
    assert votes(tmp_path / "data" / "court.sqlite3") == VOTERS + 1
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await run.logged("connected to Discord")
        assert await run.stop() == 0


async def test_a_record_that_was_lost_is_restored_where_it_belongs(tmp_path: Path, record: Path) -> None:
    saved = await court(tmp_path, "backup", "safe.sqlite3", DATABASE_URL=f"sqlite:///{record}")
    assert saved.code == 0, saved.err
    assert (await court(tmp_path, "backup", "other.sqlite3")).code == 2, "there is no record"

    restored = await court(tmp_path, "restore", "safe.sqlite3")

    assert restored.code == 0, restored.err
    assert "data/court.sqlite3 was restored from safe.sqlite3" in restored.out
    assert "there was no record before" in restored.out
    assert (tmp_path / "data" / "court.sqlite3").exists()


async def test_the_bot_does_not_start_on_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "court.sqlite3").touch()
    done = await court(tmp_path, "run", DISCORD_TOKEN="token", DISCORD_API_URL="http://127.0.0.1:9")
    assert done.code == 2
    assert done.err == (
        "court: data/court.sqlite3: the file is empty: the record in it was lost or never written; restore a backup "
        "with `court restore`, or delete the file to begin a new record\n"
    )
    assert (tmp_path / "data" / "court.sqlite3").stat().st_size == 0
