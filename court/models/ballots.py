"""Ballots and votes, their tallies, and the standing that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Ballot(StrEnum):
    """What a juror may hold. The order is the order of every tally."""

    YES = "YES"
    ALMOST = "ALMOST"
    IN_RESEARCH = "IN_RESEARCH"
    NO = "NO"


class Holding(StrEnum):
    """What the court holds on a case today, from all its sessions."""

    YES = "YES"
    ALMOST = "ALMOST"
    IN_RESEARCH = "IN_RESEARCH"
    NO = "NO"
    DISPUTED = "DISPUTED"
    UNHEARD = "UNHEARD"


class Vote(StrEnum):
    """What a member of the audience may vote."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class VoteSource(StrEnum):
    """How a vote was cast. Removing a reaction withdraws a vote only if a reaction cast it."""

    BUTTON = "button"
    COMMAND = "command"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counted ballots."""

    yes: int = 0
    almost: int = 0
    in_research: int = 0
    no: int = 0

    @classmethod
    def of(cls, ballots: Iterable[Ballot]) -> Tally:
        held = list(ballots)
        return cls(*(held.count(ballot) for ballot in Ballot))

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.yes + other.yes,
            self.almost + other.almost,
            self.in_research + other.in_research,
            self.no + other.no,
        )

    def __getitem__(self, ballot: Ballot) -> int:
        return {
            Ballot.YES: self.yes,
            Ballot.ALMOST: self.almost,
            Ballot.IN_RESEARCH: self.in_research,
            Ballot.NO: self.no,
        }[ballot]

    @property
    def total(self) -> int:
        return self.yes + self.almost + self.in_research + self.no


@dataclass(frozen=True, slots=True)
class AudienceTally:
    """The members' votes on one case."""

    yes: int = 0
    maybe: int = 0
    no: int = 0

    @property
    def total(self) -> int:
        return self.yes + self.maybe + self.no


@dataclass(frozen=True, slots=True)
class Standing:
    """What the court holds today, from the ballots of the current term.

    `leaning` is set when DISPUTED, unless the plurality is tied. `lifetime` holds the ballots of all
    terms; `since` is the first session of the term. `alarm` is the ballot towards which the jury
    seems to have turned, until a retrial confirms or dismisses it.
    """

    holding: Holding = Holding.UNHEARD
    leaning: Ballot | None = None
    tally: Tally = field(default_factory=Tally)
    lifetime: Tally = field(default_factory=Tally)
    term: int = 1
    since: int = 1
    alarm: Ballot | None = None
