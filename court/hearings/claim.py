"""A due hearing that this process has claimed: how long the claim holds, what it cost, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from court.jury.judge import TRIES
from court.models import Usage
from court.models.work import DueHearing, Lease, backoff
from court.ports import Repositories

AFTER_A_FAILURE = timedelta(minutes=5)
"""Doubled with every attempt, up to a day, because each attempt may already have paid the jurors."""

CALLS = 4 + TRIES
"""Calls of models that follow each other in one hearing: the research, the jurors in doubt, the others, the former
jurors, and the tries of the judge."""

SLACK = timedelta(minutes=10)
"""How much longer than its calls a hearing may take before its claim is taken to belong to a dead process."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What was set aside for a hearing of a guild, in the day and month in which it began."""

    id: int
    guild_id: int
    began: datetime


@dataclass(slots=True, eq=False)
class Claim:
    """A due hearing that this process has claimed."""

    due_hearing: DueHearing
    charge: Charge | None = None
    used: Usage | None = field(default_factory=Usage)
    """What was spent so far. None if unknown."""

    @property
    def retry_delay(self) -> timedelta:
        """Return how long it is until the hearing is tried again after a failure."""
        return backoff(AFTER_A_FAILURE, self.due_hearing.attempts, timedelta(days=1))

    async def close_charge(self, repos: Repositories) -> None:
        """Close the charge at what was spent, or at all that was set aside if that is unknown."""
        if self.charge is None:
            return
        if self.used is None:
            # All that was set aside counts, so that no cap is exceeded.
            await repos.charges.use_up(self.charge.id)
        else:
            await repos.charges.settle(self.charge.id, self.used)


def lease_on_hearing(owner: str, now: datetime, timeout: float) -> Lease:
    """Return a lease that outlasts a hearing. `timeout` is what a juror or the judge may take, in seconds."""
    return Lease(owner, now + CALLS * timedelta(seconds=timeout) + SLACK)
