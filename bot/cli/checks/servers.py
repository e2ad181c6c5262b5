"""Checks of every server that the bot is in: whether it is set up, and what the bot may not do in its channels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import discord

from bot.cli.checks.discord import printable
from bot.cli.checks.findings import PATIENCE, Finding, failed, ok, warning
from bot.invite import invite_link
from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL, lacking, permission_names
from court.models import GuildSettings

_AT_ONCE = 8
_ROLES = (("verdict channel", VERDICT_CHANNEL), ("mod channel", MOD_CHANNEL))


@dataclass(frozen=True, slots=True)
class Seen:
    """One server as Discord shows it to the bot."""

    guild: discord.Guild
    me: discord.Member
    channels: Mapping[int, discord.abc.GuildChannel]

    def lacking_in(self, channel_id: int, needed: Iterable[str]) -> list[str] | None:
        """Return the names of the permissions that the bot lacks in a channel, or None if there is no such channel."""
        channel = self.channels.get(channel_id)
        return None if channel is None else permission_names(lacking(channel.permissions_for(self.me), needed))

    def channel(self, channel_id: int) -> str:
        return f"#{printable(self.channels[channel_id].name)}"


async def servers(
    client: discord.Client, known: Mapping[int, GuildSettings] | None, allowed: frozenset[int] | None
) -> list[Finding]:
    """Check every server that the bot is in. `known` is what the record says of them; None if it cannot be read.

    Servers that Discord does not describe in time are counted in one warning.
    """
    deadline = asyncio.get_running_loop().time() + PATIENCE
    turns = asyncio.Semaphore(_AT_ONCE)
    try:
        guilds = sorted([guild async for guild in client.fetch_guilds(limit=None)], key=lambda guild: guild.name)
    except discord.HTTPException as error:
        return [failed("servers", f"Discord did not list them (HTTP {error.status})", "Try again later.")]

    async def check(guild: discord.Guild) -> list[Finding] | None:
        try:
            async with asyncio.timeout_at(deadline), turns:
                return await _server(client, guild, known, allowed)
        except TimeoutError:
            return None
        except discord.HTTPException as error:
            return [failed("servers", f"{_named(guild)} cannot be read (HTTP {error.status})", "Invite the bot again.")]

    groups = await asyncio.gather(*map(check, guilds))
    found = [finding for group in groups for finding in group or ()]
    if late := groups.count(None):
        message = f"{late} of {len(guilds)} were not checked, because Discord did not answer in time"
        found.append(warning("servers", message, "Check again later."))
    return [*found, *_absent(client, {guild.id for guild in guilds}, allowed)]


def _absent(client: discord.Client, present: set[int], allowed: frozenset[int] | None) -> list[Finding]:
    link = invite_link(client.application_id or 0)
    missing = sorted((allowed or frozenset()) - present)
    found = [
        warning("servers", f"ALLOWED_GUILDS names {guild_id}, but the bot is not in it", f"Invite it there: {link}")
        for guild_id in missing
    ]
    if not present and not missing:
        found.append(warning("servers", "the bot is in no server", f"Invite it: {link}"))
    return found


async def _server(
    client: discord.Client,
    guild: discord.Guild,
    known: Mapping[int, GuildSettings] | None,
    allowed: frozenset[int] | None,
) -> list[Finding]:
    name = _named(guild)
    if allowed is not None and guild.id not in allowed:
        return [ok("servers", f"{name} is not in ALLOWED_GUILDS and is not served")]
    if known is None:
        return [warning("servers", f"{name}: its channels are not known, because the record cannot be read")]
    settings = known.get(guild.id, GuildSettings(guild.id))
    chosen = (settings.verdict_channel_id, settings.mod_channel_id)
    if chosen == (None, None):
        return [warning("servers", f"{name} is not set up", "An admin of it runs `/setup channels` there.")]
    seen = await _look(client, guild.id)
    problems = [
        problem
        for (role, needed), channel_id in zip(_ROLES, chosen, strict=True)
        for problem in _channel(name, role, seen, channel_id, needed)
    ]
    problems += _moderators(name, seen, settings.mod_role_id)
    if problems:
        return problems
    ready = " and ".join(f"#{printable(seen.channels[one].name)}" for one in dict.fromkeys(chosen) if one is not None)
    return [ok("servers", f"{name}: the bot has what it needs in {ready}")]


def _channel(name: str, role: str, seen: Seen, channel_id: int | None, needed: Iterable[str]) -> list[Finding]:
    choose = "An admin chooses one with `/setup channels`."
    if channel_id is None:
        return [warning("servers", f"{name} has no {role} yet", choose)]
    lacks = seen.lacking_in(channel_id, needed)
    if lacks is None:
        return [failed("servers", f"{name}: its {role} was deleted", choose)]
    if not lacks:
        return []
    message = f"{name}: the bot lacks {', '.join(lacks)} in {seen.channel(channel_id)}, the {role}"
    return [failed("servers", message, "Allow it in the channel's permission settings.")]


def _moderators(name: str, seen: Seen, role_id: int | None) -> list[Finding]:
    if role_id is None or seen.guild.get_role(role_id) is not None:
        return []
    advice = "Until an admin names another with `/setup channels`, only those with Manage Server decide."
    return [warning("servers", f"{name}: the role of its moderators was deleted", advice)]


async def _look(client: discord.Client, guild_id: int) -> Seen:
    """Fetch a server with its roles, its channels and the bot's own roles. Nothing of it comes from a cache."""
    assert client.user is not None  # noqa: S101 - logged in
    guild = await client.fetch_guild(guild_id, with_counts=False)
    channels = await guild.fetch_channels()
    return Seen(guild, await guild.fetch_member(client.user.id), {channel.id: channel for channel in channels})


async def host_channel(client: discord.Client, channel_id: int) -> list[Finding]:
    """Check the channel in which the bot tells the host what has happened."""
    advice = "Correct HOST_CHANNEL_ID, or let the bot see the channel."
    try:
        channel = await client.fetch_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            return [failed("host channel", "HOST_CHANNEL_ID is not a channel of a server", advice)]
        seen = await _look(client, channel.guild.id)
    except (discord.HTTPException, discord.InvalidData) as error:
        told = f" (HTTP {error.status})" if isinstance(error, discord.HTTPException) else ""
        return [failed("host channel", f"the bot cannot see it{told}", advice)]
    lacks = seen.lacking_in(channel_id, MOD_CHANNEL)
    if lacks:
        message = f"the bot lacks {', '.join(lacks)} in {seen.channel(channel_id)}"
        return [failed("host channel", message, "Allow it in the channel's permission settings.")]
    return [ok("host channel", f"{seen.channel(channel_id)} on {_named(seen.guild)} is ready")]


def _named(guild: discord.Guild) -> str:
    return f"“{printable(guild.name)}”"
