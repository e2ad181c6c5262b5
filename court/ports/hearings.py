"""The sessions of every case, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from court.models import (
    Background,
    Hearing,
    LastSession,
    Roster,
    Standing,
    Statistics,
    Turn,
)


class Hearings(Protocol):
    """The sessions of every case."""

    async def add(self, hearing: Hearing) -> None:
        """Store a hearing with its opinions. A session can be stored only once."""
        ...

    async def get(self, case_id: int, session: int) -> Hearing | None: ...

    async def of_case(self, case_id: int, *, limit: int | None = None, until: int | None = None) -> list[Hearing]:
        """Return the sessions, oldest first.

        With `until`, only those up to and including it; with `limit`, only the last so many.
        """
        ...

    async def correct(self, hearing: Hearing) -> None:
        """Replace the count of a stored hearing: verdict, confidence, margin, disposition and rule version."""
        ...

    async def latest_ruled(self, guild_id: int) -> Hearing | None:
        """Return the guild's hearing with a verdict that closed last."""
        ...


class Standings(Protocol):
    """What the court holds today, stored so that cards do not have to count."""

    async def get(self, case_id: int) -> Standing:
        """Return the standing, UNHEARD if none is stored."""
        ...

    async def put(self, case_id: int, standing: Standing, at: datetime) -> None: ...


class Turns(Protocol):
    """The turns of every case, as `court.counting.terms` finds them in the hearings, stored to be looked up."""

    async def put(self, case_id: int, turns: Sequence[Turn]) -> None:
        """Store the turns of a case in place of those stored before."""
        ...

    async def of_case(self, case_id: int) -> list[Turn]:
        """Return the turns, oldest first."""
        ...


class Rosters(Protocol):
    """The juries that hearings drew from, by fingerprint."""

    async def put(self, roster: Roster) -> None:
        """Store a jury; one that is already stored stays as it is."""
        ...

    async def get(self, fingerprint: str) -> Roster | None: ...


class Backgrounds(Protocol):
    """What the researcher found out about the cases."""

    async def add(self, background: Background) -> Background:
        """Store a background and return it with its new `id`."""
        ...

    async def get(self, background_id: int) -> Background | None: ...

    async def latest(self, case_id: int) -> Background | None: ...


class ServerStatistics(Protocol):
    """Numbers over the whole record of a guild."""

    async def statistics(self, guild_id: int, since: datetime | None = None) -> Statistics:
        """Return what was done from `since` on, or of all time. Cases are those on the docket now."""
        ...

    async def last_sessions(self, guild_id: int) -> list[LastSession]:
        """Return the last session of each case that is on the docket now."""
        ...


class HearingRepositories(Protocol):
    """The part of `Repositories` whose ports are in this module."""

    @property
    def hearings(self) -> Hearings: ...
    @property
    def standings(self) -> Standings: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def rosters(self) -> Rosters: ...
    @property
    def backgrounds(self) -> Backgrounds: ...
    @property
    def statistics(self) -> ServerStatistics: ...
