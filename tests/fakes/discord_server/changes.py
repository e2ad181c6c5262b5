"""What happens to guilds while a bot runs: it joins and is removed, and roles and channels change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fakes.discord_server.gateway import Gateway
from tests.fakes.discord_server.guilds import Guild
from tests.fakes.discord_server.world import World


class Changes:
    """Changes the world and tells the connected bot, or the next one that connects.

    Attributes:
        world: every guild and what is in it.
        gateway: the connections.
    """

    world: World
    gateway: Gateway

    async def join(self, guild: Guild) -> None:
        """Add the bot to a guild."""
        guild.joined = guild.available = True
        await self.gateway.dispatch("GUILD_CREATE", guild.payload())

    async def leave(self, guild: Guild) -> None:
        """Remove the bot from a guild. Its requests for that guild are refused from now on."""
        guild.joined = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": guild.id})

    async def lose(self, guild: Guild) -> None:
        """Begin an outage of a guild. The bot is still in it."""
        guild.available = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": guild.id, "unavailable": True})

    async def regain(self, guild: Guild) -> None:
        """End the outage of a guild."""
        guild.available = True
        await self.gateway.dispatch("GUILD_CREATE", guild.payload() | {"unavailable": False})

    async def change_role(self, guild: Guild, role_id: str, **changes: Any) -> None:
        """Change fields of a role, such as its `permissions` (a number in a string)."""
        guild.roles[role_id] |= changes
        await self.gateway.dispatch("GUILD_ROLE_UPDATE", {"guild_id": guild.id, "role": guild.roles[role_id]})

    async def delete_role(self, guild: Guild, role_id: str) -> None:
        """Delete a role. Nobody has it any more."""
        del guild.roles[role_id]
        for person in guild.people.values():
            kept = tuple(one for one in person.roles if one != role_id)
            guild.people[person.id] = replace(person, roles=kept)
        await self.gateway.dispatch("GUILD_ROLE_DELETE", {"guild_id": guild.id, "role_id": role_id})

    async def give_roles(self, guild: Guild, *role_ids: str) -> None:
        """Give the bot these roles in place of those that it has. Of its own roles a bot hears without an intent."""
        bot = replace(guild.people[self.world.bot.id], roles=role_ids)
        guild.people[bot.id] = bot
        await self.gateway.dispatch("GUILD_MEMBER_UPDATE", bot.member() | {"guild_id": guild.id})

    async def change_channel(self, guild: Guild, channel_id: str, **changes: Any) -> None:
        """Change fields of a channel, such as its `permission_overwrites`."""
        guild.channels[channel_id] |= changes
        await self.gateway.dispatch("CHANNEL_UPDATE", guild.channels[channel_id])

    async def delete_channel(self, guild: Guild, channel_id: str) -> None:
        """Delete a channel. It is unknown from now on."""
        await self.gateway.dispatch("CHANNEL_DELETE", guild.channels.pop(channel_id))
