"""Rows of work, and what the work costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from court.models import (
    CutOff,
    MessageRef,
    Usage,
)
from court.models.announcements import Announcement
from court.models.work import Adjourned, Backlog, Dispatch, DueHearing, Lease, Pace, Precedence

NO_TIME = timedelta()


class HearingQueue(Protocol):
    """Hearings to hold. A case has at most one open due hearing."""

    async def schedule(self, case_id: int, due_at: datetime, precedence: Precedence = Precedence.ROUTINE) -> None:
        """Add a due hearing of the case. If one already waits, it is moved and takes the precedence instead."""
        ...

    async def claim(self, now: datetime, lease: Lease) -> DueHearing | None:
        """Claim the due hearing that comes first by precedence, and among equals the one due longest.

        `attempts` is counted up. Claims of others whose lease is over are given back first. Return None if none is due.
        """
        ...

    async def finish(self, due_hearing_id: int) -> None: ...

    async def postpone(self, due_hearing_id: int, due_at: datetime) -> None:
        """Give a claimed due hearing back, to be held later."""
        ...

    async def adjourn(self, due_hearing_id: int, until: datetime) -> None:
        """Give a claimed due hearing back because of a cap; the attempt does not count."""
        ...

    async def put_off(self, due_hearing_id: int, now: datetime, until: datetime, *, counts: bool) -> None:
        """Give a claimed due hearing back, because faults of the host keep its jury out of reach since `now` or longer.

        `counts` says whether the attempt does.
        """
        ...

    async def reached(self, now: datetime) -> int:
        """Make due now what `put_off` gave back. Return how many hearings there were."""
        ...

    async def adjourned(self, guild_id: int) -> Adjourned | None:
        """Return what a cap holds up in the guild, or None if it holds up nothing."""
        ...

    async def resume(self, now: datetime, guild_id: int | None = None) -> int:
        """Make due now what a cap adjourned, for one guild or for all. Return how many hearings there were."""
        ...

    async def hurry(self, now: datetime, until: datetime) -> int:
        """Make due now what a cap adjourned until `until` or earlier, if its precedence is `PRESSING`.

        Return how many hearings there were.
        """
        ...

    async def release_all(self) -> int:
        """Give back what a process that is gone had claimed. Return how many rows there were. For start-up only."""
        ...

    async def park(self, guild_id: int) -> int:
        """Set aside what waits for a guild that is not served, until `unpark`. Return how many hearings there were."""
        ...

    async def unpark(self, guild_id: int, latest: datetime) -> int:
        """Let what `park` set aside wait again, with the times it had, but not beyond `latest`.

        Return how many hearings there were.
        """
        ...

    async def next_due(self, case_id: int) -> datetime | None: ...

    async def bring_forward(self, latest: datetime) -> int:
        """Make due at `latest` what waits for a later time. Return how many hearings there were."""
        ...


class Outbox(Protocol):
    """Announcements to deliver. Each waits in a lane of its server, and every lane delivers one at a time.

    The lane that has waited longest is served first, and in it the dispatch that has been due longest.
    """

    async def add(self, announcement: Announcement, guild_id: int, due_at: datetime) -> int:
        """Add an announcement. Return the id of its dispatch."""
        ...

    async def claim(self, now: datetime, lease: Lease, *, failing: int | None = None) -> Dispatch | None:
        """Claim the next dispatch, with `attempts` counted up, and its lane. Return None if none is due in a free lane.

        Of the lanes that were closed after their last delivery, no more than `failing` are claimed at the same time;
        None for any number. One that is `posted` is claimed as well and keeps its message. A lane whose lease is over
        is taken over; what was claimed in it comes back with `recheck` set.
        """
        ...

    async def posted(self, dispatch_id: int, message: MessageRef) -> None:
        """Store where a claimed dispatch was posted."""
        ...

    async def done(self, dispatch_id: int) -> None: ...

    async def postpone(
        self,
        dispatch_id: int,
        due_at: datetime,
        error: str,
        *,
        notice_id: int | None = None,
        may_be_out: bool = True,
    ) -> None:
        """Give a claimed dispatch back, to be tried later.

        Args:
            dispatch_id: the dispatch.
            due_at: when it is tried again.
            error: why it could not be delivered.
            notice_id: the dispatch of a new notice about it, if there is one.
            may_be_out: whether its message may have gone out. If so, the next claim has `recheck` set.
        """
        ...

    async def drop(self, dispatch_id: int, error: str) -> None:
        """Give up on a dispatch; the error says why."""
        ...

    async def free(
        self,
        dispatch: Dispatch,
        now: datetime,
        *,
        pace: Pace | None = None,
        closed: timedelta = NO_TIME,
        limited: timedelta = NO_TIME,
    ) -> None:
        """Free the lane of a claimed dispatch for the next one.

        Args:
            dispatch: what was claimed, and is now done, dropped or given back.
            now: the time.
            pace: the pace of the lane, if a message was posted that counts for it.
            closed: how long nothing is delivered in the lane, unless `make_due` opens it.
            limited: how long Discord accepts nothing there, whatever happens.
        """
        ...

    async def get(self, dispatch_id: int) -> Dispatch | None: ...

    async def supersede(self, dispatch: Dispatch) -> bool:
        """Return whether a later dispatch of the same kind and case waits or was delivered.

        If it waits, it takes over what moderators know: the error and the notice of it.
        """
        ...

    async def release_all(self) -> int:
        """Give back what a process that is gone had claimed, with `recheck` set. For start-up only.

        Return how many rows there were.
        """
        ...

    async def park(self, guild_id: int) -> int:
        """Set aside what waits for a guild that is not served, until `unpark`. Return how many dispatches there were.

        Notices that will mean nothing any more by then are dropped.
        """
        ...

    async def unpark(self, guild_id: int, now: datetime) -> int:
        """Let what `park` set aside wait again, due now. Return how many dispatches there were."""
        ...

    async def make_due(self, guild_id: int, now: datetime) -> int:
        """Make all waiting dispatches of the guild due now, in the order in which they were added, and open its lanes.

        Return how many dispatches there were.
        """
        ...

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        """Return the dispatch of the ruling that was announced in that message."""
        ...

    async def posted_in(self, guild_id: int, channel_id: int, limit: int) -> list[Dispatch]:
        """Return the last dispatches that were delivered as messages in that channel, oldest first."""
        ...

    async def bring_forward(self, latest: datetime) -> int:
        """Make due at `latest` what waits for a later time. Return how many dispatches there were."""
        ...


class Charges(Protocol):
    """What hearings cost, so that caps survive a restart. Money is in millionths of a US dollar."""

    async def reserve(self, guild_id: int, case_id: int, at: datetime, amount: int) -> int:
        """Set aside what a hearing may cost at most. Return the charge's id."""
        ...

    async def extend(self, charge_id: int, amount: int) -> bool:
        """Set more aside for a hearing under way. Return False if the charge is closed."""
        ...

    async def settle(self, charge_id: int, usage: Usage) -> None:
        """Replace what was set aside with the true cost."""
        ...

    async def use_up(self, charge_id: int) -> None:
        """Count as spent everything that was set aside, because nobody knows the true cost."""
        ...

    async def close_open(self, at: datetime) -> int:
        """Use up what a process that is gone had set aside, and mark its hearings as cut off. For start-up only.

        `at` is the time of the start, by which `cut_off` counts.

        Return how many charges there were.
        """
        ...

    async def cut_off(self, since: datetime) -> CutOff:
        """Return the hearings, of all guilds, that starts from `since` on found cut off."""
        ...

    async def spent(self, since: datetime, guild_id: int | None = None) -> int:
        """Return what charges from `since` on cost or may still cost, for one guild or for all."""
        ...

    async def reserved(self, since: datetime, guild_id: int | None = None) -> int:
        """Return the part of `spent` that is set aside for hearings under way."""
        ...


class Backlogs(Protocol):
    """The work that waits, counted for whoever watches the court."""

    async def at(self, now: datetime) -> Backlog: ...


class WorkRepositories(Protocol):
    """The part of `Repositories` whose ports are in this module."""

    @property
    def hearing_queue(self) -> HearingQueue: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def backlogs(self) -> Backlogs: ...
