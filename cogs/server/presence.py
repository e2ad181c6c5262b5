"""Notices when servers add or remove the bot, and when channels, roles or permissions change there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import discord
from discord.ext import commands

from cogs.ui.permissions import WRITING, lacking_in
from court.errors import StorageError
from court.models import Server
from court.servers.presence import PresenceService

log = logging.getLogger(__name__)

PAUSE = 10.0
"""Seconds until a change that could not be noted is tried again."""


class Presence(commands.Cog):
    """Hands Discord's events about servers to the service. Discord expects no reply to them."""

    def __init__(self, client: discord.Client, presence: PresenceService) -> None:
        self._client = client
        self._presence = presence

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        await _note(partial(self._presence.reconcile, [_server(guild) for guild in self._client.guilds]))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await _note(partial(self._see, guild.id))

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        # At the start, Discord sends this for every server, and `on_ready` follows.
        if self._client.is_ready():
            await _note(partial(self._see, guild.id))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await _note(partial(self._see, guild.id))

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        if before.overwrites != after.overwrites:
            await _note(partial(self._presence.channel_changed, after.guild.id, after.id))

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions:
            await _note(partial(self._presence.changed, after.guild.id))

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await _note(partial(self._presence.role_deleted, role.guild.id, role.id))

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        # Without the members intent, Discord sends this of the bot itself alone.
        if after.id == after.guild.me.id and before.roles != after.roles:
            await _note(partial(self._presence.changed, after.guild.id))

    async def _see(self, guild_id: int) -> None:
        """Note whether the bot is in a server now. A change that is noted late must not undo a later one."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            await self._presence.removed(guild_id)
        else:
            await self._presence.joined(_server(guild))


def _server(guild: discord.Guild) -> Server:
    name, members = guild.name or "", guild.member_count or 0
    if guild.unavailable:
        return Server(guild.id, name, members)
    roles = frozenset(role.id for role in guild.roles)
    return Server(guild.id, name, members, roles, guild.me.joined_at, _greeting_channel(guild))


def _greeting_channel(guild: discord.Guild) -> int | None:
    """Return the system channel if the bot may write there, or else the first text channel in which it may."""
    system = [] if guild.system_channel is None else [guild.system_channel]
    # Announcement channels are read by other servers too.
    others = [channel for channel in guild.text_channels if not channel.is_news()]
    return next((channel.id for channel in (*system, *others) if not lacking_in(channel, WRITING)), None)


async def _note(change: Callable[[], Awaitable[None]]) -> None:
    """Have a change noted. If the record cannot be written, try again until it can; the next start notes it as well."""
    while True:
        try:
            await change()
        except StorageError as error:
            log.error("a change of a server could not be noted yet: %s", error)  # noqa: TRY400 - the message is enough
            await asyncio.sleep(PAUSE)
        else:
            return
