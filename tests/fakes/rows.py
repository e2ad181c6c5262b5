"""The rows of `FakeStore`."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from court.errors import StorageError
from court.models import Background, Case, GuildSettings, Hearing, Roster, Standing, Turn, Vote, VoteSource
from court.models.work import Dispatch, DueHearing


@dataclass(frozen=True, slots=True)
class Charge:
    """What a hearing may cost, in millionths of a US dollar; `spent` is none while it is open."""

    guild_id: int
    at: datetime
    reserved: int
    spent: int | None = None


@dataclass
class Rows:
    """Everything that is kept. The values are frozen, so that copying the tables copies it all."""

    cases: dict[int, Case] = field(default_factory=dict)
    hearings: dict[tuple[int, int], Hearing] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    turns: dict[int, tuple[Turn, ...]] = field(default_factory=dict)
    rosters: dict[str, Roster] = field(default_factory=dict)
    backgrounds: dict[int, Background] = field(default_factory=dict)
    votes: dict[tuple[int, int], tuple[Vote, VoteSource]] = field(default_factory=dict)
    guilds: dict[int, GuildSettings] = field(default_factory=dict)
    adjournments: dict[int, datetime] = field(default_factory=dict)
    """By guild: until when a cap holds."""
    hearing_queue: dict[int, DueHearing] = field(default_factory=dict)
    adjourned: set[int] = field(default_factory=set)
    """The hearing_queue that a cap holds up."""
    outbox: dict[int, Dispatch] = field(default_factory=dict)
    charges: dict[int, Charge] = field(default_factory=dict)

    def copy(self) -> Rows:
        return Rows(**{table.name: copy(getattr(self, table.name)) for table in fields(self)})

    def refer_to(self, case_id: int | None, session: int | None = None) -> None:
        if case_id is not None and case_id not in self.cases:
            raise StorageError(f"there is no case {case_id}")
        if case_id is not None and session is not None and (case_id, session) not in self.hearings:
            raise StorageError(f"there is no session {session} of case {case_id}")


def aware(at: datetime) -> datetime:
    """Give a moment back in UTC; one without a time zone is refused."""
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC)
