"""A channel in which Discord is slow or fails delays no other channel."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import LoopbackVendor

pytestmark = pytest.mark.slow

AT_ONCE = 2.0
"""Seconds that a neighbour may wait."""


@pytest.mark.parametrize("trouble", ["hangs", "is limited for a minute", "fails"])
async def test_a_verdict_channel_in_trouble_does_not_delay_the_moderators(tmp_path: Path, trouble: str) -> None:
    async with DiscordServer() as server, LoopbackVendor(voting()) as vendor:
        posts = f"/channels/{server.world.verdicts}/messages"
        async with running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
            await set_up(server)
            if trouble == "hangs":
                server.faults.hold("POST", posts)
            elif trouble == "fails":
                server.faults.fail("POST", posts, 500, times=100)
            else:
                server.faults.fail("POST", posts, 429, retry_after=60.0)
            await approve(server, await file(server))
            await server.until(lambda: bool(server.requests("POST", posts)))
            for number in range(3):
                async with asyncio.timeout(AT_ONCE):
                    await file(server, f"Can AI count {number} sheep before it falls asleep?")
            if trouble == "is limited for a minute":
                await run.logged("(ruling) could not be delivered: status")
                assert len(server.requests("POST", posts)) == 1


async def test_a_ruling_goes_out_once_its_channel_has_recovered(tmp_path: Path) -> None:
    async with DiscordServer() as server, LoopbackVendor(voting()) as vendor:
        posts = f"/channels/{server.world.verdicts}/messages"
        async with running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
            await set_up(server)
            server.faults.fail("POST", posts, 429, retry_after=8.0)
            await approve(server, await file(server))
            await await_ruling(server)
            assert await run.stop() == 0
        limited, taken = server.requests("POST", posts)
        assert taken.at - limited.at >= 8
