"""Rows of work, and what the work costs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from court.models import (
    MessageRef,
    Usage,
)
from court.models.announcements import Announcement
from court.models.work import Adjourned, Dispatch, DueHearing, Precedence


class HearingQueue(Protocol):
    """Hearings to hold. A case has at most one open due_hearing."""

    async def schedule(self, case_id: int, due_at: datetime, precedence: Precedence = Precedence.ROUTINE) -> None:
        """Have the case heard when due; an open one that waits is moved, and takes the precedence, instead."""
        ...

    async def claim(self, now: datetime) -> DueHearing | None:
        """Claim the due hearing of the first precedence, and among those the one due longest.

        `attempts` is counted up. None if none is due.
        """
        ...

    async def finish(self, due_hearing_id: int) -> None: ...

    async def postpone(self, due_hearing_id: int, due_at: datetime) -> None:
        """Give a claimed due_hearing back, to be heard later."""
        ...

    async def adjourn(self, due_hearing_id: int, until: datetime) -> None:
        """Give a claimed due_hearing back because of a cap; the attempt does not count."""
        ...

    async def adjourned(self, guild_id: int) -> Adjourned | None:
        """What a cap holds up in the guild; none where it holds up nothing."""
        ...

    async def resume(self, now: datetime, guild_id: int | None = None) -> int:
        """Make what a cap adjourned due now, of one guild or of all; how many."""
        ...

    async def hurry(self, now: datetime, until: datetime) -> int:
        """Make due now what a cap adjourned until `until` at most and `court.models.work.PRESSING` names; how many."""
        ...

    async def release_all(self) -> int:
        """Give back what a process that is gone had claimed; how many. For start-up only."""
        ...

    async def next_due(self, case_id: int) -> datetime | None: ...


class Outbox(Protocol):
    """What Discord shall be told, oldest first within what is due."""

    async def add(self, announcement: Announcement, guild_id: int, due_at: datetime) -> None: ...

    async def claim(self, now: datetime) -> Dispatch | None:
        """Take the dispatch that is due longest, with `attempts` counted up; none if none is due.

        One that is `posted` is claimed as well and keeps its message.
        """
        ...

    async def posted(self, dispatch_id: int, message: MessageRef) -> None:
        """Keep where a claimed dispatch was posted."""
        ...

    async def done(self, dispatch_id: int) -> None: ...

    async def postpone(self, dispatch_id: int, due_at: datetime, error: str) -> None:
        """Give a claimed dispatch back, to be tried later."""
        ...

    async def drop(self, dispatch_id: int, error: str) -> None:
        """Give up on a dispatch; the error says why."""
        ...

    async def release_all(self) -> int:
        """Give back what a process that is gone had claimed, marked `recheck`; how many. For start-up only."""
        ...

    async def make_due(self, guild_id: int, now: datetime) -> None:
        """Have everything of the guild that waits tried now, because its settings changed."""
        ...

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        """The announced ruling that stands in that message."""
        ...


class Charges(Protocol):
    """What hearings cost, so that caps survive a restart. Money is in millionths of a US dollar."""

    async def reserve(self, guild_id: int, case_id: int, at: datetime, amount: int) -> int:
        """Set aside what a hearing may cost at most; the charge's id."""
        ...

    async def settle(self, charge_id: int, usage: Usage) -> None:
        """Put the true figure in the place of what was set aside."""
        ...

    async def close_open(self) -> int:
        """Take what a process that is gone had set aside for spent; how many charges. For start-up only."""
        ...

    async def spent(self, since: datetime, guild_id: int | None = None) -> int:
        """What charges from `since` on took or may still take, of one guild or of all."""
        ...

    async def reserved(self, since: datetime, guild_id: int | None = None) -> int:
        """The part of `spent` that is set aside for hearings under way."""
        ...
