"""A running court in a server that removes it, takes its permissions away and gives them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.running import SEARCHLESS, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer, button, text_of
from tests.fakes.vendor import LoopbackVendor

pytestmark = pytest.mark.slow

MISSING_PERMISSIONS = 50013


@pytest.mark.parametrize("change", ["its roles", "a channel", "a restart"])
async def test_a_ruling_goes_out_when_what_was_in_its_way_changes(
    tmp_path: Path, server: DiscordServer, change: str
) -> None:
    world, posts = server.world, f"/channels/{server.world.verdicts}/messages"
    async with LoopbackVendor(voting()) as vendor:
        jury = seated(vendor, SEARCHLESS)
        async with running(tmp_path, server, **jury) as run:
            await set_up(server)
            server.faults.fail("POST", posts, 403, times=1, code=MISSING_PERMISSIONS)
            await approve(server, await file(server))
            notice = (await server.posts(world.mod_channel, 2))[-1]
            assert "A ruling could not be announced" in text_of(notice)
            assert server.posted(world.verdicts) == []
            if change == "its roles":
                await server.give_roles(world.home, world.role_id)
            elif change == "a channel":
                allowed = {"id": world.guild_id, "type": 0, "allow": "2048", "deny": "0"}
                await server.change_channel(world.home, world.verdicts, permission_overwrites=[allowed])
            else:
                assert await run.stop() == 0
            if change != "a restart":
                await assert_settled(server)
        if change == "a restart":
            async with running(tmp_path, server, **jury):
                await assert_settled(server)


async def assert_settled(server: DiscordServer) -> None:
    await await_ruling(server)

    def settled() -> bool:
        return "has been announced" in text_of(server.posted(server.world.mod_channel)[-1])

    await server.until(settled)


async def test_a_server_that_removes_the_bot_is_not_heard_until_it_is_back(
    tmp_path: Path, server: DiscordServer
) -> None:
    other = server.world.add_guild("Another guild")
    async with running(tmp_path, server) as run:
        await run.logged("in 2 servers")
        await set_up(server, other)
        card = await file(server, guild=other)
        # Without a jury the hearing only becomes due.
        await server.click(button(card, "Approve"), card, other.moderator)
        await server.leave(other)
        await run.logged(f"server {other.id} is not served now: 1 hearings and ")
        assert await run.stop() == 0
    async with LoopbackVendor(voting()) as vendor, running(tmp_path, server, **seated(vendor, SEARCHLESS)) as run:
        await run.logged("in 1 server")
        await set_up(server)
        await approve(server, await file(server, "Can AI fold laundry?"))
        await await_ruling(server)
        assert len(vendor.asked) == 4, "three jurors and the judge, of the server that is served"

        await server.join(other)

        await run.logged(f"server {other.id} is served again: 1 hearings and ")
        assert "The jury has found so." in text_of((await server.posts(other.verdicts))[0])
        assert len(vendor.asked) == 8
        assert await run.stop() == 0
