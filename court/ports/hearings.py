"""The sessions of every case, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from court.models import (
    Background,
    Hearing,
    Roster,
    Standing,
    Statistics,
    Turn,
)


class Hearings(Protocol):
    """The sessions of every case."""

    async def add(self, hearing: Hearing) -> None:
        """Keep a hearing with its opinions. A session can be kept once."""
        ...

    async def get(self, case_id: int, session: int) -> Hearing | None: ...

    async def of_case(self, case_id: int, *, limit: int | None = None, until: int | None = None) -> list[Hearing]:
        """Oldest first; with `until`, the sessions up to and with that one; with `limit`, only the last so many."""
        ...

    async def correct(self, hearing: Hearing) -> None:
        """Give a kept hearing another count: verdict, confidence, margin, disposition and rule version."""
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


class Turns(Protocol):
    """How the standings have turned: what `court.counting.terms` makes of the hearings, kept to be asked for."""

    async def put(self, case_id: int, turns: Sequence[Turn]) -> None:
        """Keep the turns of a case in place of those kept before."""
        ...

    async def of_case(self, case_id: int) -> list[Turn]:
        """Oldest first."""
        ...


class Rosters(Protocol):
    """The juries that hearings drew from, by fingerprint."""

    async def put(self, roster: Roster) -> None:
        """Keep a jury; one that is kept already stays as it is."""
        ...

    async def get(self, fingerprint: str) -> Roster | None: ...


class Backgrounds(Protocol):
    """What the clerk found out about the cases."""

    async def add(self, background: Background) -> Background:
        """Keep it; its `id` is given anew."""
        ...

    async def get(self, background_id: int) -> Background | None: ...

    async def latest(self, case_id: int) -> Background | None: ...


class ServerStatistics(Protocol):
    """Figures over the whole record of a guild."""

    async def statistics(self, guild_id: int, since: datetime | None = None) -> Statistics:
        """What was done from `since` on, or ever. Cases are those on the docket now."""
        ...
