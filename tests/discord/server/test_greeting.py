"""What members of a server read when the bot joins it."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord import Env
from simcord.builders import ChannelHandle, GuildHandle

from tests.discord.town import House, Town, buttons, last, read

GREETING = "\n".join(
    [
        "### The Court of AI Capability is here",
        "Ask it “Can AI …?”, and a jury of language models answers. It hears every question again from time to time, and "
        "keeps a record of when the answer changed.",
        "**To start:** somebody with **Manage Server** runs `/setup channels` and chooses where rulings are announced and "
        "where moderators decide on questions.",
    ]
)
SILENT = discord.PermissionOverwrite(send_messages=False)
HIDDEN = discord.PermissionOverwrite(view_channel=False)


@pytest.fixture
def env(simcord_env: Env, house: House) -> Env:
    """Return a Discord on which it is as late as for the court."""
    simcord_env.backend.advance_clock((house.clock.now() - simcord_env.now()).total_seconds())
    return simcord_env


async def open_channel(env: Env, guild: GuildHandle, channel: ChannelHandle) -> None:
    """Make the channel the one for Discord's own messages."""
    env.backend.get_guild(guild.id).system_channel_id = channel.id
    env.backend.update_guild(guild.id, {"system_channel_id": channel.id})


def muted(guild: GuildHandle, overwrite: discord.PermissionOverwrite) -> dict[Any, discord.PermissionOverwrite]:
    return {guild.default_role: overwrite}
