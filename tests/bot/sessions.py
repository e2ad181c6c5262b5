"""What people do with a running court. Each function waits for the result."""

from __future__ import annotations

import asyncio

from tests.fakes.discord_server import Answer, DiscordServer, button
from tests.fakes.discord_server.messages import Payload

STATEMENT = "Can AI write a novel?"
PATIENCE = 30.0


async def set_up(server: DiscordServer) -> Answer:
    """Choose the channels and the moderators' role, as the admin."""
    world = server.world
    channels = {"verdict_channel": world.verdicts, "mod_channel": world.mod_channel, "mod_role": world.role_id}
    return await server.slash("setup channels", channels, member=world.admin)


async def file(server: DiscordServer, statement: str = STATEMENT) -> Payload:
    """File a statement as a member. Return the card that the moderators get."""
    before = len(server.posted(server.world.mod_channel))
    answer = await server.slash("ask", {"question": statement})
    assert "**Filed:**" in answer.text
    return (await server.posts(server.world.mod_channel, before + 1))[-1]


async def approve(server: DiscordServer, card: Payload) -> Answer:
    """Press Approve as a moderator."""
    return await server.click(button(card, "Approve"), card, server.world.moderator)


async def await_ruling(server: DiscordServer) -> Payload:
    """Wait for the one ruling and its three reactions, and return it."""
    await server.posts(server.world.verdicts)
    await server.until(lambda: len(server.posted(server.world.verdicts)[0]["reactions"]) == 3)
    (ruling,) = server.posted(server.world.verdicts)
    return ruling


async def until_shown(server: DiscordServer, words: str) -> None:
    """Wait until `/verdict` shows these words, because a reaction gets no reply."""
    async with asyncio.timeout(PATIENCE):
        while True:
            # Each time another member, because a member who looks too often is refused.
            reader = server.world.new_member("reader")
            if words in (await server.slash("verdict", member=reader, channel=server.world.mod_channel)).text:
                return
            await asyncio.sleep(0.02)
