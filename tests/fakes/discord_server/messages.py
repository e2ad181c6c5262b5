"""Messages as Discord keeps them: with ids, numbered components, nonces and reactions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeAlias

import discord

Payload: TypeAlias = dict[str, Any]

EPHEMERAL = discord.MessageFlags(ephemeral=True).value


class Snowflakes:
    """Ids that increase with time, as Discord's do."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        self._last = max(self._last + 1, discord.utils.time_snowflake(datetime.now(UTC)))
        return str(self._last)


class Messages:
    """The bot's messages, by channel.

    Attributes:
        remembers_nonces: whether a message with a nonce that the channel knows is returned instead
            of posted again. Discord forgets nonces after a few minutes.
    """

    def __init__(self, author: Payload, new_id: Callable[[], str]) -> None:
        self._author = author
        self._new_id = new_id
        self._kept: dict[str, list[Payload]] = {}
        self.remembers_nonces = True

    def of(self, channel_id: str) -> list[Payload]:
        """Return the messages of a channel, oldest first."""
        return list(self._kept.get(channel_id, []))

    def find(self, channel_id: str, message_id: str) -> Payload | None:
        return next((one for one in self.of(channel_id) if one["id"] == message_id), None)

    def post(self, channel_id: str, body: Payload) -> Payload:
        """Post a message of the bot."""
        nonce = body.get("nonce")
        if self.remembers_nonces and nonce is not None and body.get("enforce_nonce"):
            for one in self.of(channel_id):
                if one["nonce"] == nonce:
                    return one
        message = self.compose(channel_id, body)
        self._kept.setdefault(channel_id, []).append(message)
        return message

    def compose(self, channel_id: str, body: Payload) -> Payload:
        """Return a message that is not kept, because only its reader sees it."""
        return {
            "id": self._new_id(),
            "channel_id": channel_id,
            "type": 0,
            "author": self._author,
            "content": body.get("content") or "",
            "components": _numbered(body.get("components")),
            "flags": body.get("flags", 0),
            "nonce": body.get("nonce"),
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": body.get("embeds") or [],
            "reactions": [],
        }

    def edit(self, message: Payload, body: Payload) -> Payload:
        """Change a message in place."""
        if "content" in body:
            message["content"] = body["content"] or ""
        if "components" in body:
            message["components"] = _numbered(body["components"])
        if "flags" in body:
            message["flags"] |= body["flags"]
        message["edited_timestamp"] = datetime.now(UTC).isoformat()
        return message

    def react(self, message: Payload, emoji: str, user_id: str) -> bool:
        """Add a reaction to a message. Return whether it is new."""
        reaction = next((one for one in message["reactions"] if one["emoji"]["name"] == emoji), None)
        if reaction is None:
            reaction = {"emoji": {"id": None, "name": emoji}, "count": 0, "me": False, "users": []}
            message["reactions"].append(reaction)
        if user_id in reaction["users"]:
            return False
        reaction["users"].append(user_id)
        reaction["count"] += 1
        reaction["me"] |= user_id == self._author["id"]
        return True

    def unreact(self, message: Payload, emoji: str, user_id: str) -> None:
        """Remove a reaction."""
        for reaction in message["reactions"]:
            if reaction["emoji"]["name"] == emoji and user_id in reaction["users"]:
                reaction["users"].remove(user_id)
                reaction["count"] -= 1


def walk(components: list[Payload]) -> Iterator[Payload]:
    """Yield every component and what it contains, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if "accessory" in component:
            yield from walk([component["accessory"]])


def text_of(message: Payload) -> str:
    """Return all the text of a message, line by line."""
    texts = [message.get("content"), *(one.get("content") for one in walk(message.get("components") or []))]
    return "\n".join(text for text in texts if text)


def button(message: Payload, label: str) -> str:
    """Return the custom id of the message's button with that label.

    Raises:
        LookupError: when there is none.
    """
    for component in walk(message["components"]):
        if component.get("label") == label:
            return str(component["custom_id"])
    raise LookupError(f"no button “{label}” under: {text_of(message)}")


def reactions(message: Payload) -> dict[str, int]:
    """Return how many reactions of each kind a message has."""
    return {one["emoji"]["name"]: one["count"] for one in message["reactions"]}


def _numbered(components: list[Payload] | None) -> list[Payload]:
    """Return the components as Discord keeps them: each one without an id gets the next free one, from 1."""
    kept = copy.deepcopy(components or [])
    taken = {component["id"] for component in walk(kept) if component.get("id")}
    free = (candidate for candidate in count(1) if candidate not in taken)
    for component in walk(kept):
        if not component.get("id"):
            component["id"] = next(free)
    return kept
