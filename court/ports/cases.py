"""The docket, the votes on it, the settings of the guilds, and the paces that people keep to there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from court.models import (
    Arrival,
    AudienceTally,
    CapPeriod,
    Case,
    CaseState,
    GuildSettings,
    MessageRef,
    Vote,
    VoteSource,
)


class Cases(Protocol):
    """The docket of every guild."""

    async def file(self, guild_id: int, statement: str, filed_by: int, filed_at: datetime) -> Case:
        """Add a case in the state `filed`, without a docket number."""
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
        docket_number: str | None = None,
    ) -> Case | None:
        """Move a case on from `filed`. Return it, or None if it is no longer `filed`.

        With `docket_number`, it gets this number, which must be free; otherwise it keeps the one that it may have.
        """
        ...

    async def reword(self, case_id: int, statement: str) -> Case | None:
        """Give a case that is still `filed` another statement. Return it, or None if it is no longer `filed`."""
        ...

    async def set_card(self, case_id: int, card: MessageRef) -> None: ...

    async def pending(self, guild_id: int, filed_by: int | None = None) -> int:
        """Return how many cases of the guild are `filed`, or how many of one member."""
        ...

    async def newest(self, guild_id: int, states: Collection[CaseState], limit: int) -> list[Case]:
        """Return the cases that were filed last, newest first."""
        ...

    async def heard(self, *, after: int = 0, limit: int = 500) -> list[Case]:
        """Return the cases of all guilds that were ever heard, whatever their state, in the order of their ids.

        Only cases with an id above `after` are returned.
        """
        ...

    async def search(self, guild_id: int, text: str, states: Collection[CaseState], limit: int) -> list[Case]:
        """Return the cases whose statement is similar to `text`, most similar first. Misspelt words are found."""
        ...


class Votes(Protocol):
    """The audience's votes: one per member and case, changeable."""

    async def cast(self, case_id: int, user_id: int, vote: Vote, source: VoteSource, at: datetime) -> Vote | None:
        """Store the vote and return the one it replaces."""
        ...

    async def withdraw(self, case_id: int, user_id: int, vote: Vote, source: VoteSource) -> bool:
        """Remove a vote if it is still `vote` and was cast by `source`. Return whether it was removed."""
        ...

    async def of_member(self, case_id: int, user_id: int) -> Vote | None: ...

    async def tally(self, case_id: int) -> AudienceTally: ...

    async def origin_of(self, case_id: int, user_id: int) -> tuple[VoteSource, datetime] | None:
        """Return how and when the member cast the vote that stands, or None if there is none."""
        ...


class Guilds(Protocol):
    """The settings of every guild."""

    async def get(self, guild_id: int) -> GuildSettings:
        """Return the settings, or empty ones if nothing is set."""
        ...

    async def put(self, settings: GuildSettings) -> None: ...

    async def adjourn(self, guild_id: int, until: datetime) -> bool:
        """Note that a cap holds until then. Return whether this is new for the guild."""
        ...

    async def resume(self, guild_id: int | None = None) -> None:
        """Forget what `adjourn` noted, for one guild or for all, so that a cap that still holds is announced again."""
        ...

    async def arrive(self, guild_id: int) -> Arrival:
        """Note that a guild is served from now on. Return what it was before."""
        ...

    async def leave(self, guild_id: int, at: datetime) -> None:
        """Note that a guild is not served any more: the bot was removed, or the host does not allow it."""
        ...

    async def absent(self, guild_id: int) -> bool:
        """Return whether `leave` noted that the guild is not served."""
        ...

    async def served(self) -> list[GuildSettings]:
        """Return the settings of all guilds that are known and served."""
        ...

    async def note_half(self, guild_id: int, period: CapPeriod, until: datetime) -> bool:
        """Note that half of a cap is spent in the period that ends then. Return whether this is new for the guild."""
        ...


class Paces(Protocol):
    """How far ahead of a pace a member or a channel is, by guild and action. `court.servers.paces` has the rule."""

    async def get(self, guild_id: int, action: str, subject_id: int) -> datetime | None: ...

    async def put(self, guild_id: int, action: str, subject_id: int, until: datetime) -> None:
        """Store a time in place of the one stored before."""
        ...

    async def prune(self, now: datetime, limit: int) -> None:
        """Delete times before `now`, which mean nothing any more: at most `limit`, the oldest first."""
        ...


class DocketRepositories(Protocol):
    """The part of `Repositories` whose ports are in this module."""

    @property
    def cases(self) -> Cases: ...
    @property
    def votes(self) -> Votes: ...
    @property
    def guilds(self) -> Guilds: ...
    @property
    def paces(self) -> Paces: ...
