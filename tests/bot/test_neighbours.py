"""One server never waits for another: neither for its crowd, nor for a channel in which Discord is slow or fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from time import monotonic

import pytest

from court.announcements.attempts import FIRST_RETRY
from court.announcements.delivery import DELIVERIES_AT_ONCE
from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.bot.sessions import approve, ask, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, Guild
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
                await run.logged("(ruling) could not be delivered: rate limit")
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


async def timed(server: DiscordServer, guild: Guild, statement: str) -> float:
    """File a statement, as a new member, and return in how many seconds its card is in the mod channel."""
    began, before = monotonic(), len(server.posted(guild.mod_channel))
    await ask(server, statement, guild=guild, member=guild.new_member("somebody"))
    await server.posts(guild.mod_channel, before + 1)
    return monotonic() - began


CROWD = 40
EACH = 5


async def test_two_hundred_questions_at_once_do_not_delay_one_on_another_server(
    tmp_path: Path, server: DiscordServer
) -> None:
    server.limit_messages()
    other = server.world.add_guild("Another guild")
    async with running(tmp_path, server) as run:
        await run.logged("in 2 servers")
        await set_up(server)
        await set_up(server, other)
        idle = [await timed(server, other, f"Can AI paint {number} horses?") for number in range(3)]
        # Not the five messages that Discord takes from a channel in five seconds.
        await asyncio.sleep(5)
        members = [server.world.new_member(f"member{number}") for number in range(CROWD)]
        asking = [
            asyncio.create_task(ask(server, f"Can AI do trick {trick} of magician {number}?", member=member))
            for number, member in enumerate(members)
            for trick in range(EACH)
        ]
        await asyncio.sleep(0.01)
        busy, answered = [], []
        for number in range(3):
            busy.append(await timed(server, other, f"Can AI carve {number} boats?"))
            answered.append(sum(one.done() for one in asking))
        await asyncio.gather(*asking)
        assert await run.stop() == 0
    assert max(busy) - median(idle) <= AT_ONCE, (idle, busy)
    assert answered[0] < len(asking) / 2, f"it waited for {answered} of the others"


async def test_mod_channels_in_trouble_do_not_delay_another_server(tmp_path: Path, server: DiscordServer) -> None:
    failing, hanging, limited = (server.world.add_guild(name) for name in ("failing", "hanging", "limited"))
    async with running(tmp_path, server) as run:
        await run.logged("in 4 servers")
        for guild in server.world.joined:
            await set_up(server, guild)
        posts = [f"/channels/{guild.mod_channel}/messages" for guild in (failing, hanging, limited)]
        server.faults.fail("POST", posts[0], 500, times=1000)
        server.faults.hold("POST", posts[1])
        server.faults.fail("POST", posts[2], 429, times=1000, retry_after=60.0)
        for guild in (failing, hanging, limited):
            for number in range(3):
                await ask(server, f"Can AI juggle {number} balls?", guild=guild)
        await server.until(lambda: all(server.requests("POST", path) for path in posts))
        for number in range(3):
            assert await timed(server, server.world.home, f"Can AI count {number} sheep?") <= AT_ONCE
        assert await run.stop() == 0


async def test_more_hanging_channels_than_deliveries_keep_no_other_waiting(
    tmp_path: Path, server: DiscordServer
) -> None:
    hanging = [server.world.add_guild(f"Guild {number}") for number in range(DELIVERIES_AT_ONCE + 4)]
    async with running(tmp_path, server) as run:
        await run.logged(f"in {len(hanging) + 1} servers")
        await asyncio.gather(*(set_up(server, guild) for guild in server.world.joined))
        for guild in hanging:
            server.faults.hold("POST", f"/channels/{guild.mod_channel}/messages")
        for number in range(3):
            await asyncio.gather(*(ask(server, f"Can AI juggle {number} balls?", guild=guild) for guild in hanging))
        await run.logged("could not be delivered: slow")
        # Until all that failed are due again.
        await asyncio.sleep(FIRST_RETRY.total_seconds() + 1)
        for number in range(3):
            assert await timed(server, server.world.home, f"Can AI count {number} sheep?") <= AT_ONCE
            await asyncio.sleep(1)
