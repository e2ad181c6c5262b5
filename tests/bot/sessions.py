"""What people do with a running court. Each function waits for the result."""

from __future__ import annotations

import asyncio

from tests.fakes.discord_server import Answer, DiscordServer, Guild, Person, button
from tests.fakes.discord_server.messages import Payload

STATEMENT = "Can AI write a novel?"
PATIENCE = 30.0


async def set_up(server: DiscordServer, guild: Guild | None = None) -> Answer:
    """Choose the channels and the moderators' role of a guild (the first one, unless named), as its admin."""
    home = guild or server.world.home
    channels = {"verdict_channel": home.verdicts, "mod_channel": home.mod_channel, "mod_role": home.role_id}
    return await server.slash("setup channels", channels, member=home.admin, guild=home)


async def ask(
    server: DiscordServer, statement: str, *, guild: Guild | None = None, member: Person | None = None
) -> None:
    """File a statement as a member: the plain one of the first guild, unless named."""
    answer = await server.slash("ask", {"question": statement}, guild=guild, member=member)
    assert "**Filed:**" in answer.text, answer.text


async def file(server: DiscordServer, statement: str = STATEMENT, guild: Guild | None = None) -> Payload:
    """File a statement as the plain member of a guild (the first one, unless named). Return the moderators' card."""
    mod_channel = (guild or server.world.home).mod_channel
    before = len(server.posted(mod_channel))
    await ask(server, statement, guild=guild)
    return (await server.posts(mod_channel, before + 1))[-1]


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
