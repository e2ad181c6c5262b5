"""Work to do, as rows: hearings to hold and messages to send. A worker claims a row, acts, and marks it done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from court.models import MessageRef
from court.models.announcements import Announcement


class WorkState(StrEnum):
    """The state of a row of work: one worker at a time claims it, and then it is done or dropped."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    POSTED = "posted"
    """Outbox only: the message exists and its id is stored; reactions may still be missing."""
    DONE = "done"
    DROPPED = "dropped"
    PARKED = "parked"
    """Set aside because its server is not being served. It waits until the server is served again."""


def backoff(first: timedelta, attempts: int, longest: timedelta) -> timedelta:
    """Return how long to wait after this many attempts: `first`, doubled with each further one, at most `longest`."""
    doubled: timedelta = first * 2 ** min(attempts - 1, 10)
    return min(doubled, longest)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a claim, and until when. After that, another process may take it over."""

    owner: str
    """A name of the process that no other process has."""
    until: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast something may happen: `times` in a row, and after that once in every `interval`."""

    times: int
    per: timedelta

    @property
    def interval(self) -> timedelta:
        return self.per / self.times

    def after(self, until: datetime | None, now: datetime) -> datetime:
        """Return when the next one may happen if one happens now. `until` is what this returned for the last one."""
        earliest = now - self.per + self.interval
        return max(until or earliest, earliest) + self.interval


class Precedence(IntEnum):
    """The order of the hearings that are due: the lowest value comes first."""

    RETRIAL = 0
    MISTRIAL = 1
    """The case is heard again after a session that had no quorum."""
    FIRST = 2
    ROUTINE = 3


PRESSING = frozenset({Precedence.RETRIAL, Precedence.MISTRIAL})
"""Hearings that come before anything else that waits for money."""


@dataclass(frozen=True, slots=True)
class DueHearing:
    """Work to do: hear `case_id`, not before `due_at`."""

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
class Backlog:
    """How much work waits on all servers together, and since when."""

    hearings_waiting: int = 0
    """Due hearings that nobody has claimed, those of later times included."""
    hearings_late: int = 0
    """Those of them whose time has come."""
    hearings_under_way: int = 0
    """Those that somebody has claimed, and whose lease is not over."""
    hearing_since: datetime | None = None
    """When the first of the late ones was due."""
    dispatches_waiting: int = 0
    dispatch_since: datetime | None = None
    """Since when a lane waits that could be served: nothing failed in it, and its pace allows a message."""
    servers_held_up: int = 0
    """Servers whose hearings a cap holds up."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Work to do: deliver an announcement. It is written in the transaction of the event that it reports.

    `recheck` is set when an earlier attempt was cut off: the message may already be out, so it is
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
    """Why the last attempt failed, for logs."""
    tried_at: datetime | None = None
    """When the first attempt began: its message cannot be older."""
    notice_id: int | None = None
    """The dispatch that notified moderators that this one cannot be delivered."""

    @property
    def label(self) -> str:
        """Return what logs call its announcement."""
        return self.announcement.label
