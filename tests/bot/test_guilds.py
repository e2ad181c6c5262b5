"""The bot in several servers: it is added and removed while it runs, and sees what changes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.client import CourtBot
from tests.bot.connecting import connected, restoring
from tests.bot.running import running
from tests.bot.sessions import file, set_up
from tests.fakes.discord_server import DiscordServer, text_of
from tests.fakes.discord_server.limits import MESSAGES, WINDOW


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[CourtBot]:
    """Yield a bot that is connected and has seen its guilds."""
    with restoring():
        async with connected(server, server.api_url) as connecting:
            await connecting.wait_until_ready()
            yield connecting


async def seen(bot: CourtBot, event: str, change: Awaitable[None]) -> Any:
    """Make the change and return what the bot passes on with its event."""
    waiting = asyncio.create_task(bot.wait_for(event, timeout=10))
    await asyncio.sleep(0)
    await change
    return await waiting


async def test_it_sees_that_it_is_added_and_removed(server: DiscordServer, bot: CourtBot) -> None:
    other = server.world.add_guild("Another guild", joined=False)
    with pytest.raises(discord.Forbidden):
        await bot.fetch_channel(int(other.verdicts))
    assert (await seen(bot, "guild_join", server.join(other))).name == "Another guild"
    assert {guild.id for guild in bot.guilds} == {int(server.world.guild_id), int(other.id)}
    assert (await bot.fetch_channel(int(other.verdicts))).id == int(other.verdicts)
    assert (await seen(bot, "guild_unavailable", server.lose(other))).unavailable
    assert not (await seen(bot, "guild_available", server.regain(other))).unavailable
    await seen(bot, "guild_remove", server.leave(other))
    assert [guild.id for guild in bot.guilds] == [int(server.world.guild_id)]


async def test_it_sees_roles_and_channels_change(server: DiscordServer, bot: CourtBot) -> None:
    home = server.world.home
    guild = bot.get_guild(int(home.id))
    assert guild is not None
    await seen(bot, "guild_role_update", server.change_role(home, home.role_id, name="bailiff"))
    assert [role.name for role in guild.roles] == ["@everyone", "bailiff"]
    await seen(bot, "guild_role_delete", server.delete_role(home, home.role_id))
    assert [role.name for role in guild.roles] == ["@everyone"]
    denied = {"id": home.id, "type": 0, "allow": "0", "deny": str(discord.Permissions(send_messages=True).value)}
    changing = server.change_channel(home, home.verdicts, permission_overwrites=[denied])
    _, channel = await seen(bot, "guild_channel_update", changing)
    assert channel.overwrites_for(guild.default_role).send_messages is False
    await seen(bot, "guild_channel_delete", server.delete_channel(home, home.verdicts))
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(int(home.verdicts))


@pytest.mark.slow
async def test_a_channel_takes_five_messages_in_five_seconds(server: DiscordServer, bot: CourtBot) -> None:
    server.limit_messages()
    loop = asyncio.get_running_loop()
    one, other = (bot.get_partial_messageable(int(each)) for each in (server.world.verdicts, server.world.mod_channel))
    began = loop.time()
    sending = [asyncio.create_task(one.send(str(number))) for number in range(MESSAGES + 1)]
    await other.send("beside them")
    assert loop.time() - began < WINDOW / 2
    await asyncio.gather(*sending)
    assert loop.time() - began >= WINDOW
    assert len(server.posted(server.world.verdicts)) == MESSAGES + 1


@pytest.mark.slow
async def test_servers_are_kept_apart(tmp_path: Path, server: DiscordServer) -> None:
    other = server.world.add_guild("Another guild", joined=False)
    async with running(tmp_path, server) as run:
        await run.logged("in 1 server")
        await server.join(other)
        await set_up(server)
        await set_up(server, other)
        for guild in (server.world.home, other):
            await file(server, "Can AI sing?", guild)
            assert len(server.posted(guild.mod_channel)) == 1
        await server.leave(other)
        with pytest.raises(LookupError, match="in no guild"):
            await file(server, "Can AI dance?", other)
        assert await run.stop() == 0


@pytest.mark.slow
async def test_a_greeting_that_a_kill_interrupts_is_posted_once(tmp_path: Path, server: DiscordServer) -> None:
    server.world.messages.remembers_nonces = False
    other = server.world.add_guild("Another guild", joined=False)
    other.join_now()
    async with running(tmp_path, server) as run:
        await run.logged("in 1 server")
        hold = server.faults.hold("POST", f"/channels/{other.verdicts}/messages")
        await server.join(other)
        await hold.reached.wait()
        await run.kill()
        hold.release()
    async with running(tmp_path, server) as run:
        await run.logged("in 2 servers")
        # What is filed after the greeting is delivered after it.
        await set_up(server, other)
        await file(server, "Can AI sing?", other)
        assert await run.stop() == 0
    (greeting,) = server.posted(other.verdicts)
    assert "`/setup channels`" in text_of(greeting)
    assert all("is here" not in text_of(one) for one in server.posted(server.world.verdicts))
