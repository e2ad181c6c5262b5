"""Servers as Discord shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Arrival(StrEnum):
    """What a server was to the court before it was noted as served."""

    NEW = "new"
    RETURNED = "returned"
    KNOWN = "known"
    """It was served already."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the bot is in. `roles` is None while Discord cannot say which roles it has."""

    id: int
    name: str
    members: int
    roles: frozenset[int] | None = None
    joined_at: datetime | None = None
    """When the bot joined it last; None while Discord cannot say."""
    greeting_channel_id: int | None = None
    """Where the bot can greet its members; None if it may write in no text channel."""
