"""Decides what happens after a failed delivery: when it is tried again, and how long its lane is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from court.errors import Undeliverable
from court.models import MessageRef
from court.models.announcements import Lane, Obstacle, Place, Problem
from court.models.work import Dispatch, Pace, backoff

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
PASSING_FAILURES = 33
"""Attempts, over about a day, after which an announcement that is not insistent is dropped."""

PACES: Mapping[Lane, Pace] = {
    Lane.VERDICTS: Pace(10, timedelta(seconds=150)),
    Lane.HOST: Pace(10, timedelta(seconds=150)),
}
"""How fast messages are posted, so that a channel can still be read when many cases are due at once."""

OF_THE_CHANNEL = frozenset(
    {
        Obstacle.NO_MOD_CHANNEL,
        Obstacle.NO_VERDICT_CHANNEL,
        Obstacle.PERMISSIONS,
        Obstacle.FORBIDDEN,
        Obstacle.GONE,
    }
)
"""What prevents every post to a channel, not just one."""

NEVER_SENT = OF_THE_CHANNEL | {Obstacle.NO_HOST_CHANNEL, Obstacle.RATE_LIMIT}
"""What Discord answers, or we find, before a message is sent: no attempt that ended so needs to be looked for."""

_POSTED = (Place.MOD_CHANNEL, Place.VERDICT_CHANNEL)


class Moot(Undeliverable):
    """There is nothing to announce any more: no attempt will ever succeed."""

    def __init__(self, obstacle: Obstacle, detail: str) -> None:
        super().__init__(Problem(obstacle, detail=detail), lasting=True)


@dataclass(slots=True)
class Attempt:
    """One attempt at a dispatch: the message it has, and whether this attempt posted it."""

    dispatch: Dispatch
    message: MessageRef | None
    posted: bool = False

    @property
    def pace(self) -> Pace | None:
        """Return the pace that this attempt counts towards."""
        return PACES.get(self.dispatch.announcement.place.lane) if self.posted else None


def may_be_out(error: Undeliverable) -> bool:
    """Return whether Discord may have taken the message although the attempt failed."""
    return error.problem.obstacle not in NEVER_SENT


def hopeless(attempt: Attempt, error: Undeliverable) -> bool:
    """Return whether to give up on the dispatch."""
    if isinstance(error, Moot):
        return True
    if attempt.message is not None and error.problem.obstacle is Obstacle.GONE:
        # Only its reactions are missing, and the message has been deleted since.
        return True
    if attempt.dispatch.announcement.insistent:
        return False
    return error.lasting or attempt.dispatch.attempts >= PASSING_FAILURES


def retry_delay(dispatch: Dispatch, error: Undeliverable) -> timedelta:
    """Return how long it is until the dispatch is tried again."""
    if error.wait is not None:
        return rate_limit(error)
    if error.lasting:
        return LONGEST_RETRY
    return backoff(FIRST_RETRY, dispatch.attempts, LONGEST_RETRY)


def rate_limit(error: Undeliverable) -> timedelta:
    """Return how long Discord wants nothing more to be sent, within what makes sense."""
    return min(max(error.wait or timedelta(), timedelta()), LONGEST_RETRY)


def closing(attempt: Attempt, error: Undeliverable) -> timedelta:
    """Return how long the lane stays closed, because its next dispatch would probably fail for the same reason."""
    if error.problem.obstacle is Obstacle.SLOW:
        # Whatever was slow, the lane has kept others waiting.
        return FIRST_RETRY
    if attempt.message is not None or attempt.dispatch.announcement.place not in _POSTED:
        return timedelta()
    if error.lasting:
        return LONGEST_RETRY if error.problem.obstacle in OF_THE_CHANNEL else timedelta()
    return timedelta() if error.problem.obstacle is Obstacle.FAULT else FIRST_RETRY
