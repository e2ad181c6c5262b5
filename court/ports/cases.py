"""The docket, its guilds and its audience."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from court.models import (
    AudienceTally,
    Case,
    CaseState,
    GuildSettings,
    MessageRef,
    Vote,
    VoteSource,
)


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

    async def heard(self, *, after: int = 0, limit: int = 500) -> list[Case]:
        """Cases of all guilds that were ever heard, whatever became of them, by id, those above `after`."""
        ...

    async def search(self, guild_id: int, text: str, states: Collection[CaseState], limit: int) -> list[Case]:
        """Cases whose statement is like `text`, the likest first; misspelt words are found."""
        ...


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

    async def adjourn(self, guild_id: int, until: datetime) -> bool:
        """Note that a cap holds until then; whether the guild did not know yet."""
        ...

    async def resume(self, guild_id: int | None = None) -> None:
        """Forget what `adjourn` noted, of one guild or of all, so that it is told anew if a cap still holds."""
        ...
