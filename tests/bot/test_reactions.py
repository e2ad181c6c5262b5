"""Reactions while another program holds the record: the running court counts every one of them afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.running import running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up, until_shown
from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import LoopbackVendor

pytestmark = pytest.mark.slow


async def test_a_locked_record_loses_no_reaction(tmp_path: Path, server: DiscordServer) -> None:
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor)) as run:
        await set_up(server)
        await approve(server, await file(server))
        ruling = await await_ruling(server)
        members = [server.world.new_member(f"member-{number}") for number in range(6)]
        with closing(sqlite3.connect(tmp_path / "data" / "court.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for member in members:
                await server.react("✅", ruling, member)
            await server.unreact("✅", ruling, members[0])
            await server.react("❌", ruling, members[0])
            await run.logged("reactions cannot be counted now")
            other.execute("ROLLBACK")
        await until_shown(server, "Audience: 6 votes · 83 % Yes · 0 % Maybe · 17 % No")
        assert await run.stop() == 0
    assert run.log.count("reactions cannot be counted now") == 1
    assert "reactions are counted again: 7 had to wait, 0 were lost" in run.log
    assert "Traceback" not in run.log
