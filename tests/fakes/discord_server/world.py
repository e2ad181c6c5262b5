"""The contents of the loopback Discord: one guild with its channels and people, and the messages there."""

from __future__ import annotations

from dataclasses import dataclass, field

import discord

from tests.fakes.discord_server.messages import Messages, Payload, Snowflakes

TEXT_CHANNEL, PRIVATE_CHANNEL = 0, 1


def usual() -> discord.Permissions:
    """Return what members, including the bot, may do in the channels."""
    return discord.Permissions(discord.Permissions.text().value, view_channel=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the guild."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    permissions: discord.Permissions = field(default_factory=usual)
    bot: bool = False

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
            "joined_at": "2026-01-01T00:00:00+00:00",
            "flags": 0,
            "deaf": False,
            "mute": False,
            "permissions": str(self.permissions.value),
        }


class World:
    """One guild with two text channels, a role and four people: the bot, an admin, a moderator and a member.

    Attributes:
        messages: all messages in the channels.
        abroad: a role and a channel of another guild, by their ids. Discord offers neither, but a client may send both.
    """

    def __init__(self) -> None:
        self.new_id = Snowflakes()
        self.guild_id = self.new_id()
        self.role_id = self.new_id()
        self.bot = Person(self.new_id(), "court", bot=True)
        self.moderator = Person(self.new_id(), "grace", (self.role_id,))
        self.member = Person(self.new_id(), "ada")
        self.admin = Person(self.new_id(), "alan", permissions=discord.Permissions.all())
        self.people = {who.id: who for who in (self.bot, self.moderator, self.member, self.admin)}
        self.channels: dict[str, Payload] = {}
        self.verdicts = self._add_channel("verdicts", TEXT_CHANNEL)
        self.mod_channel = self._add_channel("mods", TEXT_CHANNEL)
        self.abroad = {
            one["id"]: one
            for one in (
                self._role(self.new_id(), "foreigners", 1),
                {"id": self.new_id(), "type": TEXT_CHANNEL, "name": "abroad", "parent_id": None},
            )
        }
        self.messages = Messages(self.bot.user(), self.new_id)

    def new_member(self, name: str) -> Person:
        """Add a member without a role."""
        person = Person(self.new_id(), name)
        self.people[person.id] = person
        return person

    def open_dm(self, user_id: str) -> Payload:
        """Return the channel between the bot and a person, the same one each time."""
        for channel in self.channels.values():
            if channel["type"] == PRIVATE_CHANNEL and channel["recipients"][0]["id"] == user_id:
                return channel
        channel_id = self._add_channel("", PRIVATE_CHANNEL)
        self.channels[channel_id] |= {"recipients": [self.people[user_id].user()]}
        return self.channels[channel_id]

    def guild(self) -> Payload:
        """Return the guild as GUILD_CREATE sends it. Without the members intent the bot is its only member."""
        return {
            "id": self.guild_id,
            "name": "The guild",
            "owner_id": self.admin.id,
            "member_count": len(self.people),
            "unavailable": False,
            "large": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "preferred_locale": "en-US",
            "features": [],
            "roles": [self._role(self.guild_id, "@everyone", 0), self._role(self.role_id, "clerk", 1)],
            "channels": [channel for channel in self.channels.values() if channel["type"] == TEXT_CHANNEL],
            "members": [self.bot.member()],
            "emojis": [],
            "stickers": [],
            "threads": [],
            "presences": [],
            "voice_states": [],
        }

    def _add_channel(self, name: str, kind: int) -> str:
        channel_id = self.new_id()
        self.channels[channel_id] = {"id": channel_id, "type": kind, "last_message_id": None}
        if kind == TEXT_CHANNEL:
            self.channels[channel_id] |= {
                "guild_id": self.guild_id,
                "name": name,
                "position": len(self.channels),
                "permission_overwrites": [],
                "parent_id": None,
                "topic": None,
                "nsfw": False,
            }
        return channel_id

    def _role(self, role_id: str, name: str, position: int) -> Payload:
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
