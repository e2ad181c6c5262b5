"""What is before the court, and where it sits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands with the clerk."""

    FILED = "filed"
    DOCKETED = "docketed"
    DENIED = "denied"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message of ours stands on Discord."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Case:
    """A statement before the court of one guild."""

    id: int
    guild_id: int
    docket_number: str
    """Four upper-case hex digits, unique in the guild."""
    statement: str
    state: CaseState
    filed_by: int
    filed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    card: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """Where the court sits in one guild, who may act as its clerk, how often it sits and what it may spend."""

    guild_id: int
    verdict_channel_id: int | None = None
    mod_channel_id: int | None = None
    mod_role_id: int | None = None
    interval_days: int | None = None
    """Days from one routine hearing of a case to the next; none leaves it to the rule of `court.counting.intervals`."""
    daily_cap: int | None = None
    """What its hearings may cost in one UTC day, in millionths of a US dollar; none for no cap of its own."""
    monthly_cap: int | None = None
