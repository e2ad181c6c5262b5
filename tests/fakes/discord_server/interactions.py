"""Interactions: what a member does on the loopback Discord, and what the bot answers.

Discord's own rules apply: the first answer must come within three seconds and only once, and an
answer to an unknown interaction is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fakes.discord_server.guilds import Guild, Person, usual
from tests.fakes.discord_server.messages import EPHEMERAL, Payload, text_of, walk
from tests.fakes.discord_server.world import World

FIRST_ANSWER_WITHIN: Final = 3.0
"""Seconds. After them Discord shows “The application did not respond”."""

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, SUGGESTIONS, MODAL = 4, 5, 6, 7, 8, 9
SUBCOMMAND, USER, CHANNEL, ROLE = 1, 6, 7, 8


class NotAnswered(Exception):
    """The bot gave no answer in time, or disconnected before it did."""


@dataclass(slots=True)
class Answer:
    """What the bot answered to one interaction.

    Attributes:
        kind: the type of the first answer; 0 before there is one.
        messages: the messages sent in answer, oldest first, including follow-ups and later edits.
        data: the first answer's own data (a modal, suggestions).
    """

    id: str
    token: str
    channel_id: str
    message: Payload | None
    """The message whose button was pressed."""
    kind: int = 0
    data: Payload = field(default_factory=dict)
    messages: list[Payload] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> str:
        """Return everything that the member reads."""
        return "\n".join(text_of(message) for message in self.messages)

    @property
    def private(self) -> bool:
        """Return whether only the member sees it."""
        return all(message["flags"] & EPHEMERAL for message in self.messages)


class Interactions:
    """Every interaction since the server started, by its token."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: dict[str, Answer] = {}
        self.commands: list[Payload] = []

    def sync(self, commands: list[Payload]) -> list[Payload]:
        """Register the bot's commands in place of those it had."""
        bot = {"application_id": self._world.bot.id, "version": "1", "dm_permission": False}
        self.commands = [{"type": 1, **command, "id": self._world.new_id(), **bot} for command in commands]
        return self.commands

    def by_token(self, token: str) -> Answer | None:
        return self._answers.get(token)

    def command(self, name: str, options: Mapping[str, Any], who: Person, channel_id: str) -> tuple[Payload, Answer]:
        """Give a slash command. In `name`, a subcommand follows after a blank; mentions are given by their id.

        Raises:
            LookupError: when the bot has registered no such command or option, or is not in the channel's guild.
        """
        first, *rest = name.split()
        registered = _named(self.commands, first)
        inner = registered
        for part in rest:
            inner = _named(inner["options"], part)
        data, resolved = self._options(inner, options, self._guild_of(channel_id))
        for part in reversed(rest):
            data = [{"type": SUBCOMMAND, "name": part, "options": data}]
        body = {"id": registered["id"], "name": first, "type": 1, "options": data, "resolved": resolved}
        return self._new(2, body, who, channel_id, None)

    def press(self, custom_id: str, message: Payload, who: Person) -> tuple[Payload, Answer]:
        """Press a button.

        Raises:
            LookupError: when the message no longer has such a button, so that Discord lets nobody press it.
        """
        if not any(one.get("custom_id") == custom_id for one in walk(message["components"])):
            raise LookupError(f"no button {custom_id} under: {text_of(message)}")
        data = {"custom_id": custom_id, "component_type": 2}
        return self._new(3, data, who, str(message["channel_id"]), message)

    def submit(self, modal: Answer, values: Mapping[str, str], who: Person) -> tuple[Payload, Answer]:
        """Fill in a form: `values` are by the custom ids of its fields."""
        components = [
            {"type": 18, "id": number, "component": {"type": 4, "id": 100 + number, "custom_id": name, "value": value}}
            for number, (name, value) in enumerate(values.items(), start=1)
        ]
        data = {"custom_id": modal.data["custom_id"], "components": components}
        return self._new(5, data, who, modal.channel_id, modal.message)

    def respond(self, answer: Answer, kind: int, data: Payload) -> Payload:
        """Take the first answer. Return what Discord responds to it."""
        answer.kind, answer.data = kind, data
        given: Payload = {"interaction": {"id": answer.id, "type": 2}}
        message = None
        if kind == MESSAGE:
            message = self.send(answer, data)
        elif kind == UPDATE and answer.message is not None:
            message = self._world.messages.edit(answer.message, data)
            answer.messages.append(message)
        if message is not None:
            given["interaction"]["response_message_id"] = message["id"]
            given["resource"] = {"type": kind, "message": message}
        answer.first.set()
        if kind not in (DEFERRED_MESSAGE, DEFERRED_UPDATE):
            answer.settled.set()
        return given

    def send(self, answer: Answer, body: Payload) -> Payload:
        """Send a message in answer. Only if it is not private does it stay in the channel."""
        private = body.get("flags", 0) & EPHEMERAL or answer.data.get("flags", 0) & EPHEMERAL
        make = self._world.messages.compose if private else self._world.messages.post
        message = make(answer.channel_id, {**body, "flags": body.get("flags", 0) | (EPHEMERAL if private else 0)})
        answer.messages.append(message)
        answer.settled.set()
        return message

    def edit_original(self, answer: Answer, body: Payload) -> Payload:
        """Edit `@original`: the message whose button was pressed, or the first one sent in answer."""
        if answer.kind in (DEFERRED_UPDATE, UPDATE) and answer.message is not None:
            answer.settled.set()
            return self._world.messages.edit(answer.message, body)
        if not answer.messages:
            return self.send(answer, body)
        return self._world.messages.edit(answer.messages[0], body)

    def _guild_of(self, channel_id: str) -> Guild:
        guild = self._world.guild_of(channel_id)
        if guild is None or not guild.joined:
            raise LookupError(f"the bot is in no guild with the channel {channel_id}")
        return guild

    def _options(self, command: Payload, given: Mapping[str, Any], guild: Guild) -> tuple[list[Payload], Payload]:
        options: list[Payload] = []
        resolved: Payload = {"channels": {}, "roles": {}, "users": {}, "members": {}}
        for name, value in given.items():
            kind = _named(command["options"], name)["type"]
            options.append({"name": name, "type": kind, "value": value})
            if kind == CHANNEL:
                channel = (guild.channels | self._world.abroad)[value]
                resolved["channels"][value] = {**channel, "permissions": str(usual().value)}
            elif kind == ROLE:
                resolved["roles"][value] = (guild.roles | self._world.abroad)[value]
            elif kind == USER:
                resolved["users"][value] = guild.people[value].user()
                resolved["members"][value] = guild.people[value].member()
        return options, {kind: found for kind, found in resolved.items() if found}

    def _new(
        self, kind: int, data: Payload, who: Person, channel_id: str, message: Payload | None
    ) -> tuple[Payload, Answer]:
        world, guild = self._world, self._guild_of(channel_id)
        answer = Answer(world.new_id(), f"token-{world.new_id()}", channel_id, message)
        self._answers[answer.token] = answer
        payload = {
            "id": answer.id,
            "application_id": world.bot.id,
            "type": kind,
            "token": answer.token,
            "version": 1,
            "guild_id": guild.id,
            "channel_id": channel_id,
            "channel": guild.channels[channel_id],
            "member": who.member(),
            "app_permissions": str(usual().value),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild.id},
            "context": 0,
            "attachment_size_limit": 10_485_760,
            "data": data,
        }
        return payload | ({} if message is None else {"message": message}), answer


def _named(things: list[Payload], name: str) -> Payload:
    for thing in things:
        if thing["name"] == name:
            return thing
    raise LookupError(f"the bot registered no “{name}”, only {[thing['name'] for thing in things]}")
