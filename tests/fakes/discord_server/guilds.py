"""One guild of the loopback Discord: its roles, channels and people, and how the gateway describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import discord

from tests.fakes.discord_server.messages import Payload

TEXT_CHANNEL: Final = 0


def usual() -> discord.Permissions:
    """Return what members, including the bot, may do in the channels."""
    return discord.Permissions(discord.Permissions.text().value, view_channel=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a guild."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    permissions: discord.Permissions = field(default_factory=usual)
    bot: bool = False
    joined_at: str = "2026-01-01T00:00:00+00:00"

    def user(self) -> Payload:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": None,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
        }

    def member(self) -> Payload:
        return {
            "user": self.user(),
            "nick": None,
            "roles": list(self.roles),
            "joined_at": self.joined_at,
            "flags": 0,
            "deaf": False,
            "mute": False,
            "permissions": str(self.permissions.value),
        }


class Guild:
    """A guild with two text channels, a role and four people: the bot, an admin, a moderator and a member.

    Attributes:
        joined: whether the bot is in it.
        available: whether the gateway can describe it. In an outage it cannot.
        roles: by their ids.
        channels: by their ids.
        people: by their ids.
    """

    def __init__(self, name: str, bot: Person, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._bot = bot
        self.name = name
        self.joined = self.available = True
        self.id = new_id()
        self.role_id = new_id()
        self.roles = {one["id"]: one for one in (role(self.id, "@everyone", 0), role(self.role_id, "clerk", 1))}
        self.moderator = Person(new_id(), "grace", (self.role_id,))
        self.member = Person(new_id(), "ada")
        self.admin = Person(new_id(), "alan", permissions=discord.Permissions.all())
        self.people = {who.id: who for who in (bot, self.moderator, self.member, self.admin)}
        self.channels: dict[str, Payload] = {}
        self.verdicts = self.add_channel("verdicts")
        self.mod_channel = self.add_channel("mods")
        seen = str(discord.Permissions(view_channel=True).value)
        self.channels[self.mod_channel]["permission_overwrites"] = [
            {"id": self.id, "type": 0, "allow": "0", "deny": seen},
            {"id": self.role_id, "type": 0, "allow": seen, "deny": "0"},
            {"id": bot.id, "type": 1, "allow": seen, "deny": "0"},
        ]

    def join_now(self) -> None:
        """Date the bot's membership now, as Discord does when somebody adds it."""
        self._bot = replace(self._bot, joined_at=datetime.now(UTC).isoformat())
        self.people[self._bot.id] = self._bot

    def new_member(self, name: str) -> Person:
        """Add a member without a role."""
        person = Person(self._new_id(), name)
        self.people[person.id] = person
        return person

    def add_channel(self, name: str) -> str:
        """Add a text channel and return its id."""
        channel_id = self._new_id()
        self.channels[channel_id] = {
            "id": channel_id,
            "type": TEXT_CHANNEL,
            "last_message_id": None,
            "guild_id": self.id,
            "name": name,
            "position": len(self.channels) + 1,
            "permission_overwrites": [],
            "parent_id": None,
            "topic": None,
            "nsfw": False,
        }
        return channel_id

    def payload(self) -> Payload:
        """Return what GUILD_CREATE sends when the bot joins. Without the members intent the bot is its only member."""
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": self.admin.id,
            "member_count": len(self.people),
            "large": False,
            "joined_at": self._bot.joined_at,
            "preferred_locale": "en-US",
            "features": [],
            "roles": list(self.roles.values()),
            "channels": list(self.channels.values()),
            "members": [self._bot.member()],
            "emojis": [],
            "stickers": [],
            "threads": [],
            "presences": [],
            "voice_states": [],
        }


def role(role_id: str, name: str, position: int) -> Payload:
    """Return a role as Discord describes it."""
    return {
        "id": role_id,
        "name": name,
        "position": position,
        "permissions": str(usual().value),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
