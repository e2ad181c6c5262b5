"""A due hearing that this process has claimed: how long the claim holds, what it cost, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from court.announcements.host import HostNotices
from court.announcements.kinds import HearingsCutOff
from court.hearings.budget import often_cut_off
from court.jury.judge import TRIES
from court.models import Case, Usage
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
    case: Case | None = None
    """The case, once it is known that it can be heard."""
    put_off: bool = False
    """Whether it was given back because faults of the host keep its jury out of reach."""

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


async def close_cut_off(repos: Repositories, host: HostNotices, now: datetime) -> None:
    """Close what a killed process had set aside. Tell the host if that happens again and again."""
    if await repos.charges.close_open(now) and (found := await often_cut_off(repos, now)) is not None:
        await host.add(repos, HearingsCutOff(found.starts, found.hearings, found.spent), now)


async def set_aside(repos: Repositories, due_hearing: DueHearing, guild_id: int | None) -> None:
    """Park a hearing of a guild that is not served now, or end one whose case has left the docket."""
    if guild_id is None:
        await repos.hearing_queue.finish(due_hearing.id)
    else:
        await repos.hearing_queue.postpone(due_hearing.id, due_hearing.due_at)
        await repos.hearing_queue.park(guild_id)
