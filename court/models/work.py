"""Work to do, as rows: hearings to hold and messages to send. A worker claims a row, acts, and marks it done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from court.models import MessageRef
from court.models.announcements import Announcement


class WorkState(StrEnum):
    """The life of a row of work: claimed by one worker at a time, and then done or dropped."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    POSTED = "posted"
    """Outbox only: the message exists and its id is kept; reactions may be missing still."""
    DONE = "done"
    DROPPED = "dropped"


def patience(first: timedelta, attempts: int, longest: timedelta) -> timedelta:
    """How long to wait after so many attempts: `first`, doubled with every attempt after the first."""
    doubled: timedelta = first * 2 ** min(attempts - 1, 10)
    return min(doubled, longest)


class Precedence(IntEnum):
    """Which of the hearings that are due comes first."""

    RETRIAL = 0
    MISTRIAL = 1
    """It is heard again after a session that had no quorum."""
    FIRST = 2
    ROUTINE = 3


PRESSING = frozenset({Precedence.RETRIAL, Precedence.MISTRIAL})
"""What is heard before anything else that waits for money."""


@dataclass(frozen=True, slots=True)
class DueHearing:
    """Work to do: hear `case_id` when `due_at` has come."""

    id: int
    case_id: int
    due_at: datetime
    state: WorkState
    attempts: int = 0
    precedence: Precedence = Precedence.ROUTINE


@dataclass(frozen=True, slots=True)
class Adjourned:
    """Hearings of a guild that a cap holds up: how many, and when the first of them is tried again."""

    hearings: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Work to do: deliver an announcement. Written in the transaction of the thing that it tells of.

    `recheck` is set when an earlier attempt was cut off: the message may be out already, so it is
    looked for before it is sent again.
    """

    id: int
    announcement: Announcement
    guild_id: int
    due_at: datetime
    state: WorkState = WorkState.WAITING
    attempts: int = 0
    recheck: bool = False
    message: MessageRef | None = None
    error: str | None = None
    """What hindered the last attempt, for logs."""

    @property
    def kind(self) -> str:
        """The kind of its announcement."""
        return self.announcement.kind
