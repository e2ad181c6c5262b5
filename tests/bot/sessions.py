"""What people do with a running court, each step waited for."""

from __future__ import annotations

import asyncio

from tests.fakes.discord_server import Answer, DiscordServer, button
from tests.fakes.discord_server.messages import Payload

STATEMENT = "Can AI write a novel?"
PATIENCE = 30.0


async def set_up(server: DiscordServer) -> Answer:
    """The admin chooses the channels and the moderators' role."""
    world = server.world
    channels = {"verdict_channel": world.verdicts, "mod_channel": world.mod_channel, "mod_role": world.role_id}
    return await server.slash("setup channels", channels, member=world.admin)


async def file(server: DiscordServer, statement: str = STATEMENT) -> Payload:
    """A member asks; the card that the moderators get."""
    before = len(server.posted(server.world.mod_channel))
    answer = await server.slash("ask", {"question": statement})
    assert "Filed as №" in answer.text
    return (await server.posts(server.world.mod_channel, before + 1))[-1]


async def approve(server: DiscordServer, card: Payload) -> Answer:
    """A moderator presses Approve."""
    return await server.click(button(card, "Approve"), card, server.world.moderator)


async def opened(server: DiscordServer) -> Payload:
    """The one ruling, when its three reactions stand under it."""
    await server.posts(server.world.verdicts)
    await server.until(lambda: len(server.posted(server.world.verdicts)[0]["reactions"]) == 3)
    (ruling,) = server.posted(server.world.verdicts)
    return ruling


async def until_shown(server: DiscordServer, words: str) -> None:
    """Wait until `/verdict` says so: nobody answers to a reaction."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if words in (await server.slash("verdict")).text:
                return
            await asyncio.sleep(0.02)
