"""The contents of the loopback Discord: its guilds, the inboxes of people, and the messages in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.discord_server.guilds import TEXT_CHANNEL, Guild, Person, role
from tests.fakes.discord_server.messages import Messages, Payload, Snowflakes

PRIVATE_CHANNEL = 1


class World:
    """Guilds with their channels and people. The first one is there from the start.

    Its ids and people are attributes of the world too, for the many tests that need no other guild.

    Attributes:
        guilds: every guild, whether the bot is in it or not, by their ids.
        messages: all messages in the channels.
        application: fields of the bot's application that differ from the usual ones.
        starts_left: how often the bot may still connect to the gateway today.
        abroad: a role and a channel of no guild here, by their ids. Discord offers neither, but a client may send both.
    """

    def __init__(self) -> None:
        self.new_id = Snowflakes()
        self.bot = Person(self.new_id(), "court", bot=True)
        self.guilds: dict[str, Guild] = {}
        self.home = self.add_guild("The guild")
        self.guild_id, self.role_id = self.home.id, self.home.role_id
        self.moderator, self.member, self.admin = self.home.moderator, self.home.member, self.home.admin
        self.verdicts, self.mod_channel = self.home.verdicts, self.home.mod_channel
        self._inboxes: dict[str, Payload] = {}
        self.abroad = {
            one["id"]: one
            for one in (
                role(self.new_id(), "foreigners", 1),
                {"id": self.new_id(), "type": TEXT_CHANNEL, "name": "abroad", "parent_id": None},
            )
        }
        self.messages = Messages(self.bot.user(), self.new_id)
        self.application: dict[str, Any] = {}
        self.starts_left = 1000

    def add_guild(self, name: str, *, joined: bool = True) -> Guild:
        """Add a guild. A bot that is connected learns of it from `DiscordServer.join` or when it identifies again.

        Args:
            name: what it is called.
            joined: whether the bot is in it.
        """
        guild = Guild(name, self.bot, self.new_id)
        guild.joined = joined
        self.guilds[guild.id] = guild
        return guild

    @property
    def joined(self) -> list[Guild]:
        """Return the guilds that the bot is in."""
        return [guild for guild in self.guilds.values() if guild.joined]

    @property
    def people(self) -> Mapping[str, Person]:
        """Return everybody in any guild, by their ids."""
        return {person_id: person for guild in self.guilds.values() for person_id, person in guild.people.items()}

    def new_member(self, name: str) -> Person:
        """Add a member without a role to the first guild."""
        return self.home.new_member(name)

    def channel(self, channel_id: str) -> Payload | None:
        """Return a channel of any guild, or an inbox, if there is one with that id."""
        guild = self.guild_of(channel_id)
        return self._inboxes.get(channel_id) if guild is None else guild.channels[channel_id]

    def guild_of(self, channel_id: str) -> Guild | None:
        """Return the guild that a channel belongs to; None for an inbox and an unknown channel."""
        return next((guild for guild in self.guilds.values() if channel_id in guild.channels), None)

    def open_dm(self, user_id: str) -> Payload:
        """Return the channel between the bot and a person, the same one each time."""
        for channel in self._inboxes.values():
            if channel["recipients"][0]["id"] == user_id:
                return channel
        channel_id = self.new_id()
        inbox = {"id": channel_id, "type": PRIVATE_CHANNEL, "last_message_id": None}
        self._inboxes[channel_id] = inbox | {"recipients": [self.people[user_id].user()]}
        return self._inboxes[channel_id]
