"""Cases, and the settings of the guild whose court hears them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands with the moderators."""

    FILED = "filed"
    DOCKETED = "docketed"
    DENIED = "denied"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message of ours is on Discord."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Case:
    """A statement before the court of one guild."""

    id: int
    guild_id: int
    docket_number: str | None
    """Four or five upper-case hex digits, unique in the guild. None until the case is docketed."""
    statement: str
    state: CaseState
    filed_by: int
    filed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    card: MessageRef | None = None

    @property
    def number(self) -> str:
        """Return the docket number of a case that was docketed.

        Raises:
            ValueError: when it has none.
        """
        if self.docket_number is None:
            raise ValueError(f"case {self.id} has no docket number")
        return self.docket_number


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """Where the court posts in one guild, who its moderators are, how often it hears a case and what it may spend."""

    guild_id: int
    verdict_channel_id: int | None = None
    mod_channel_id: int | None = None
    mod_role_id: int | None = None
    interval_days: int | None = None
    """Days from one routine hearing of a case to the next; None leaves it to `court.counting.intervals`."""
    daily_cap: int | None = None
    """What its hearings may cost per UTC day, in millionths of a US dollar; None for no cap of its own."""
    monthly_cap: int | None = None
