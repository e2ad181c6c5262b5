"""One jury check of a case, with all that every seat gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from court.models.ballots import Ballot, Tally
from court.models.money import Usage


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


class Outcome(StrEnum):
    """What came of one seat. Only `BALLOT` is counted; the others are shown."""

    BALLOT = "ballot"
    ABSTAINED = "abstained"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"


class Disposition(StrEnum):
    """What a hearing did to the ruling before it."""

    FIRST_RULING = "first ruling"
    REAFFIRMED = "reaffirmed"
    OVERTURNED = "overturned"
    HUNG_JURY = "hung jury"
    MISTRIAL = "mistrial"


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
    cost: int | None = 0
    """Millionths of a US dollar; none where no price is known."""

    def __post_init__(self) -> None:
        counted = self.outcome is Outcome.BALLOT
        if counted != (self.ballot is not None) or counted != (self.confidence is not None):
            raise ValueError("a ballot and its confidence belong to the outcome `ballot`, and only to it")

    @property
    def usage(self) -> Usage:
        return Usage.of(self.tokens_in, self.tokens_out, self.cost)


def tally_of(opinions: Iterable[Opinion]) -> Tally:
    """The ballots among the opinions, counted."""
    return Tally.of(opinion.ballot for opinion in opinions if opinion.ballot is not None)


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


class HearingKind(StrEnum):
    """Why a case was heard."""

    ROUTINE = "routine"
    RETRIAL = "retrial"
    """An alarm was raised: other jurors say whether the court has turned."""
    BRIDGE = "bridge"
    """The jury is not the one that sat before: both are heard, so that the jury's change is not taken for AI's."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A jury as it was when a hearing drew from it: its models, the prompt and the tools.

    `fingerprint` names it; `court.jury.panels.fingerprint` makes it of the rest.
    """

    fingerprint: str
    models: tuple[ModelRef, ...]
    """The pool that panels are drawn from, in the order in which the draw takes it."""
    prompt_version: int
    searching: bool
    """Whether the jurors that can were given a search tool."""


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
    kind: HearingKind = HearingKind.ROUTINE
    roster: str | None = None
    """The fingerprint of the jury; none for hearings of before it was recorded."""
    seed: int | None = None
    """What the panel was drawn by, 63 bits; none for hearings of before it was recorded."""
    replaced: tuple[Opinion, ...] = ()
    """What the jurors gave whose seats alternates took."""
    former: tuple[Opinion, ...] = ()
    """Of a bridge: what the former jury said on the same day. It enters no tally."""
    background_id: int | None = None
    """The research that was put before the jury."""
    judge_usage: Usage = field(default_factory=Usage)
    """What the presiding judge took."""

    @property
    def seats(self) -> int:
        return len(self.opinions)

    @property
    def families(self) -> frozenset[str]:
        """The model families whose opinion a seat holds."""
        return frozenset(opinion.model.family for opinion in self.opinions)

    @property
    def usage(self) -> Usage:
        """Everything the hearing took: seats, replaced jurors, the former jury and the judge."""
        asked = (*self.opinions, *self.replaced, *self.former)
        return sum((opinion.usage for opinion in asked), start=self.judge_usage)

    @property
    def tally(self) -> Tally:
        """The ballots of this hearing. A mistrial's are shown, but they enter no standing."""
        return tally_of(self.opinions)

    @property
    def former_tally(self) -> Tally:
        """What the former jury of a bridge voted. It enters no standing."""
        return tally_of(self.former)

    @property
    def tallied(self) -> bool:
        """Whether its ballots count towards the standing: a mistrial's never do."""
        return self.disposition is not Disposition.MISTRIAL
