"""What the court needs from outside, as protocols. Adapters live in `storage`, `providers`, `cogs` and `bot`.

The port of models is `court.asking.Model`. A repository is valid only inside the transaction that
gave it. No transaction may be held across a call to a `Model` or a `Courier`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from court.models import (
    AudienceTally,
    Case,
    CaseRecord,
    CaseState,
    GuildSettings,
    Hearing,
    MessageRef,
    Standing,
    Vote,
    VoteSource,
)
from court.work import Dispatch, DispatchKind, Sitting

T = TypeVar("T")


class Clock(Protocol):
    """The time, so that a test can run a year of sessions in a second."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class Randomness(Protocol):
    """Chance, so that a test and a recorded draw can repeat it. `random.Random` fits."""

    def randrange(self, stop: int, /) -> int: ...
    def sample(self, population: Sequence[T], k: int) -> list[T]: ...


# --- storage -----------------------------------------------------------------------------------


class Cases(Protocol):
    """The docket of every guild."""

    async def file(self, guild_id: int, docket_number: str, statement: str, filed_by: int, filed_at: datetime) -> Case:
        """Add a case in the state `filed`.

        Raises:
            DocketNumberTaken: when the guild has a case of that number.
        """
        ...

    async def get(self, case_id: int) -> Case | None: ...

    async def by_docket_number(self, guild_id: int, docket_number: str) -> Case | None: ...

    async def decide(
        self,
        case_id: int,
        state: CaseState,
        by: int,
        at: datetime,
        *,
        reason: str | None = None,
    ) -> Case | None:
        """Move a case on from `filed`; none if it is no longer `filed`."""
        ...

    async def reword(self, case_id: int, statement: str) -> Case | None:
        """Give a case that is still `filed` another statement; none if it is no longer `filed`."""
        ...

    async def set_card(self, case_id: int, card: MessageRef) -> None: ...

    async def newest(self, guild_id: int, states: Collection[CaseState], limit: int) -> list[Case]:
        """The latest filed first."""
        ...

    async def search(self, guild_id: int, text: str, states: Collection[CaseState], limit: int) -> list[Case]:
        """Cases whose statement is like `text`, the likest first; misspelt words are found."""
        ...


class Hearings(Protocol):
    """The sessions of every case."""

    async def add(self, hearing: Hearing) -> None:
        """Keep a hearing with its opinions. A session can be kept once."""
        ...

    async def get(self, case_id: int, session: int) -> Hearing | None: ...

    async def of_case(self, case_id: int, *, limit: int | None = None) -> list[Hearing]:
        """Oldest first; with `limit`, only the last so many."""
        ...

    async def latest_ruled(self, guild_id: int) -> Hearing | None:
        """The hearing of the guild that closed last with a verdict."""
        ...


class Standings(Protocol):
    """What the court holds today, kept so that a card need not count."""

    async def get(self, case_id: int) -> Standing:
        """The standing; UNHEARD where there is none."""
        ...

    async def put(self, case_id: int, standing: Standing, at: datetime) -> None: ...


class Votes(Protocol):
    """The audience: one vote a member and case, changeable."""

    async def cast(self, case_id: int, user_id: int, vote: Vote, source: VoteSource, at: datetime) -> Vote | None:
        """Keep the vote and give the one it replaces."""
        ...

    async def withdraw(self, case_id: int, user_id: int, vote: Vote, source: VoteSource) -> bool:
        """Take a vote back if it still is `vote` and was cast by `source`; whether it was."""
        ...

    async def of_member(self, case_id: int, user_id: int) -> Vote | None: ...

    async def tally(self, case_id: int) -> AudienceTally: ...


class Guilds(Protocol):
    """The settings of every guild."""

    async def get(self, guild_id: int) -> GuildSettings:
        """The settings; empty ones where nothing is set."""
        ...

    async def put(self, settings: GuildSettings) -> None: ...


class Sittings(Protocol):
    """Hearings to hold. A case has at most one open sitting."""

    async def schedule(self, case_id: int, due_at: datetime) -> None:
        """Have the case heard when due; an open sitting that waits is moved instead."""
        ...

    async def claim(self, now: datetime) -> Sitting | None:
        """Take the sitting that is due longest, with `attempts` counted up; none if none is due."""
        ...

    async def finish(self, sitting_id: int) -> None: ...

    async def postpone(self, sitting_id: int, due_at: datetime) -> None:
        """Give a claimed sitting back, to be heard later."""
        ...

    async def release_all(self) -> int:
        """Give back what a process that is gone had claimed; how many. For start-up only."""
        ...

    async def next_due(self, case_id: int) -> datetime | None: ...


class Outbox(Protocol):
    """What Discord shall be told, oldest first within what is due."""

    async def add(
        self,
        kind: DispatchKind,
        guild_id: int,
        due_at: datetime,
        *,
        case_id: int | None = None,
        session: int | None = None,
        user_id: int | None = None,
        detail: str | None = None,
    ) -> None: ...

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

    async def wake(self, guild_id: int, now: datetime) -> None:
        """Have everything of the guild that waits tried now, because its settings changed."""
        ...

    async def ruling_at(self, message_id: int) -> Dispatch | None:
        """The announced ruling that stands in that message."""
        ...


class Records(Protocol):
    """The repositories of one transaction."""

    @property
    def cases(self) -> Cases: ...
    @property
    def hearings(self) -> Hearings: ...
    @property
    def standings(self) -> Standings: ...
    @property
    def votes(self) -> Votes: ...
    @property
    def guilds(self) -> Guilds: ...
    @property
    def sittings(self) -> Sittings: ...
    @property
    def outbox(self) -> Outbox: ...


class Store(Protocol):
    """The record. One unit of work is one transaction on one connection."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A consistent view; nothing may be written."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """A transaction that commits at the end of the block, and rolls back when it raises.

        Raises:
            StorageError: when the record cannot be written (a full disk, a lost file).
        """
        ...


# --- Discord, going out ------------------------------------------------------------------------


class Courier(Protocol):
    """Brings what the outbox holds to Discord. Every method raises `Undeliverable` when it cannot.

    `mark` is the dispatch's id, hidden in the message, so that `find` can tell after a crash
    whether the message went out.
    """

    async def post_card(self, channel_id: int, case: Case, mark: int) -> MessageRef: ...

    async def update_card(self, card: MessageRef, case: Case) -> None: ...

    async def post_ruling(self, channel_id: int, record: CaseRecord, mark: int) -> MessageRef: ...

    async def open_vote(self, ruling: MessageRef) -> None:
        """Put the three reactions under a ruling. Doing it again changes nothing."""
        ...

    async def tell_denial(self, user_id: int, case: Case) -> None: ...

    async def post_notice(self, channel_id: int, text: str, mark: int) -> MessageRef: ...

    async def find(self, channel_id: int, mark: int) -> MessageRef | None:
        """The message of ours with that mark among the latest of the channel."""
        ...
