"""What the court is made of: plain, frozen values in which every other room speaks.

Times are aware UTC datetimes. Discord ids are plain integers. Nothing here validates what a
member or a model wrote; that is the work of `court.docket` and `court.papers`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Ballot(StrEnum):
    """What a juror may hold. The order is the order of every tally."""

    YES = "YES"
    ALMOST = "ALMOST"
    IN_RESEARCH = "IN_RESEARCH"
    NO = "NO"


class Outcome(StrEnum):
    """What came of one seat. Only `BALLOT` is counted; the others are shown."""

    BALLOT = "ballot"
    ABSTAINED = "abstained"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"


class CaseState(StrEnum):
    """Where a case stands with the clerk."""

    FILED = "filed"
    DOCKETED = "docketed"
    DENIED = "denied"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Disposition(StrEnum):
    """What a hearing did to the ruling before it."""

    FIRST_RULING = "first ruling"
    REAFFIRMED = "reaffirmed"
    OVERTURNED = "overturned"
    HUNG_JURY = "hung jury"
    MISTRIAL = "mistrial"


class Holding(StrEnum):
    """What the court holds today of a case, from all its sessions."""

    YES = "YES"
    ALMOST = "ALMOST"
    IN_RESEARCH = "IN_RESEARCH"
    NO = "NO"
    DISPUTED = "DISPUTED"
    UNHEARD = "UNHEARD"


class Vote(StrEnum):
    """What a member of the audience may hold."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class VoteSource(StrEnum):
    """How a vote was cast. Taking a reaction off withdraws only a vote that a reaction cast."""

    BUTTON = "button"
    COMMAND = "command"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model's address as the settings write it: `provider/model`; the model may hold slashes."""

    provider: str
    model: str

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Read `provider/model`.

        Raises:
            ValueError: when there is no slash or nothing on one side of one.
        """
        provider, slash, model = text.strip().partition("/")
        if not (slash and provider.strip() and all(part.strip() for part in model.split("/"))):
            raise ValueError(f"“{text}” is not of the form provider/model")
        return cls(provider.strip().lower(), model.strip())

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"

    @property
    def family(self) -> str:
        """Whose model it is: behind a reseller the name before the next slash, else the provider."""
        maker, slash, _ = self.model.partition("/")
        return maker.lower() if slash else self.provider


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
class Opinion:
    """What one seat gave.

    `ballot`, `confidence` (0–1) and `reason` (one sentence) are set exactly when the outcome is
    `BALLOT`; an abstention may carry a reason too. `emerged` is the first day of the month in which
    the ability emerged, on YES only. `cause` says in a few words why a failed seat failed.
    """

    seat: int
    model: ModelRef
    outcome: Outcome
    ballot: Ballot | None = None
    confidence: float | None = None
    reason: str | None = None
    emerged: date | None = None
    cause: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    latency: float = 0.0
    """Seconds from the call to the answer or the failure."""

    def __post_init__(self) -> None:
        counted = self.outcome is Outcome.BALLOT
        if counted != (self.ballot is not None) or counted != (self.confidence is not None):
            raise ValueError("a ballot and its confidence belong to the outcome `ballot`, and only to it")


@dataclass(frozen=True, slots=True)
class Ruling:
    """The text of a session, with the fictional names under which it was written."""

    finding: str
    opinion: str
    quote: str
    presiding: str
    clerk: str
    narrator: ModelRef | None = None
    """The model that wrote it; none where the plain template speaks."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One jury check of a case. `(case_id, session)` names it."""

    case_id: int
    session: int
    opened_at: datetime
    closed_at: datetime
    verdict: Ballot | None
    confidence: float | None
    """The panel confidence: the pooled weight of the verdict, none without a verdict."""
    margin: float
    """The difference of the two largest pooled weights, 0 for a mistrial."""
    disposition: Disposition
    rule_version: int
    opinions: tuple[Opinion, ...]
    ruling: Ruling
    rehearsal: bool = False
    """True when scripted jurors sat: no model's opinion."""

    @property
    def seats(self) -> int:
        return len(self.opinions)

    @property
    def tally(self) -> Tally:
        """The ballots of this hearing. A mistrial's are shown, but they enter no standing."""
        return Tally.of(opinion.ballot for opinion in self.opinions if opinion.ballot is not None)

    @property
    def tallied(self) -> bool:
        """Whether its ballots count towards the standing: a mistrial's never do."""
        return self.disposition is not Disposition.MISTRIAL


@dataclass(frozen=True, slots=True)
class Standing:
    """What the court holds today. `leaning` is set when DISPUTED, unless the plurality is tied."""

    holding: Holding = Holding.UNHEARD
    leaning: Ballot | None = None
    tally: Tally = field(default_factory=Tally)


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
class MessageRef:
    """Where a message of ours stands on Discord."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Case:
    """A statement before the court of one guild."""

    id: int
    guild_id: int
    docket_number: str
    """Four upper-case hex digits, unique in the guild."""
    statement: str
    state: CaseState
    filed_by: int
    filed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    card: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """Where the court sits in one guild, and who may act as its clerk."""

    guild_id: int
    verdict_channel_id: int | None = None
    mod_channel_id: int | None = None
    mod_role_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Everything a card shows of one case.

    `hearing` is the session that the card is about, none before the first; `history` the last
    sessions up to and with it, oldest first.
    """

    case: Case
    hearing: Hearing | None
    history: tuple[Hearing, ...]
    standing: Standing
    audience: AudienceTally
