"""One jury check of a case, with everything that each seat gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from court.models.ballots import Ballot, Tally
from court.models.money import Usage


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model's address as written in the settings: `provider/model`. The model may contain slashes."""

    provider: str
    model: str

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Read `provider/model`.

        Raises:
            ValueError: if there is no slash, or nothing on one side of a slash. It does not quote the text, which
                may be a key.
        """
        provider, slash, model = text.strip().partition("/")
        if not (slash and provider.strip() and all(part.strip() for part in model.split("/"))):
            raise ValueError("not of the form provider/model")
        return cls(provider.strip().lower(), model.strip())

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"

    @property
    def family(self) -> str:
        """The maker of the model: behind a reseller, the name before the next slash; otherwise the provider."""
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

    `ballot` and `confidence` (0–1) are set exactly when the outcome is `BALLOT`, and so is `reason` (one sentence),
    except that an abstention may carry one too. `emerged` is the first day of the month in which the ability emerged,
    on YES only. `cause` says in a few words why a seat failed.
    """

    seat: int
    model: ModelRef
    outcome: Outcome
    ballot: Ballot | None = None
    confidence: float | None = None
    reason: str | None = None
    emerged: date | None = None
    would_change: str | None = None
    """What evidence would change the ballot, in the juror's words: one sentence; None if the juror was not asked."""
    cause: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    latency: float = 0.0
    """Seconds from the call to the answer or the failure."""
    cost: int | None = 0
    """Millionths of a US dollar; None if no price is known."""
    served: str | None = None
    """The model name that the vendor's answer gave; None if it gave none."""
    system_fingerprint: str | None = None
    """What the vendor's answer said about the system behind the name; None if it said nothing."""
    presented: tuple[Ballot, ...] | None = None
    """The order in which the four answers were put to the juror; None if it had the order of the first prompts."""

    def __post_init__(self) -> None:
        counted = self.outcome is Outcome.BALLOT
        if counted != (self.ballot is not None) or counted != (self.confidence is not None):
            raise ValueError("a ballot and its confidence belong to the outcome `ballot`, and only to it")

    @property
    def usage(self) -> Usage:
        return Usage.of(self.tokens_in, self.tokens_out, self.cost)


def tally_of(opinions: Iterable[Opinion]) -> Tally:
    """Count the ballots among the opinions."""
    return Tally.of(opinion.ballot for opinion in opinions if opinion.ballot is not None)


def served_names(*opinions: Opinion) -> dict[ModelRef, str]:
    """Return the names that answered for the models of the opinions."""
    return {opinion.model: opinion.served for opinion in opinions if opinion.served is not None}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The text of a session's ruling, and the fictional names under which it was written."""

    finding: str
    opinion: str
    quote: str
    presiding: str
    clerk: str
    narrator: ModelRef | None = None
    """The model that wrote it; None if it is the plain template."""
    narrator_served: str | None = None
    """The model name that the narrator's answer gave."""


class HearingKind(StrEnum):
    """Why a case was heard."""

    ROUTINE = "routine"
    RETRIAL = "retrial"
    """An alarm was raised: other jurors decide whether the answer has turned."""
    BRIDGE = "bridge"
    """The jury is not the one that sat before: both are heard, so that its change is not mistaken for one of AI."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A jury as it was when a hearing drew from it: its models, the prompt and the tools.

    `fingerprint` names it; `court.jury.panels.fingerprint` computes it from the rest.
    """

    fingerprint: str
    models: tuple[ModelRef, ...]
    """The pool that panels are drawn from, in the order that the draw uses."""
    prompt_version: int
    searching: bool
    """Whether jurors that can search were given a search tool."""
    served: Mapping[ModelRef, str] | None = None
    """The names that answered for those models of the pool that have been asked; None before names were recorded."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One jury check of a case. `(case_id, session)` names it."""

    case_id: int
    session: int
    opened_at: datetime
    closed_at: datetime
    verdict: Ballot | None
    confidence: float | None
    """The panel confidence: the pooled weight of the verdict; None without a verdict."""
    margin: float
    """The difference between the two largest pooled weights; 0 for a mistrial."""
    disposition: Disposition
    rule_version: int
    opinions: tuple[Opinion, ...]
    ruling: Ruling
    rehearsal: bool = False
    """Whether scripted jurors sat; if so, it is no model's opinion."""
    kind: HearingKind = HearingKind.ROUTINE
    roster: str | None = None
    """The fingerprint of the jury; None for hearings held before this was recorded."""
    seed: int | None = None
    """The 63-bit seed of the draw; None for hearings held before this was recorded."""
    replaced: tuple[Opinion, ...] = ()
    """The opinions of jurors whose seats were taken by alternates."""
    former: tuple[Opinion, ...] = ()
    """For a bridge: what the former jury said on the same day. It enters no tally."""
    background_id: int | None = None
    """The research that was put before the jury."""
    judge_usage: Usage = field(default_factory=Usage)
    """What the presiding judge used."""
    recused: tuple[ModelRef, ...] | None = None
    """The models of the pool that did not sit because the question names their maker; None if it was not looked at."""

    @property
    def seats(self) -> int:
        return len(self.opinions)

    @property
    def families(self) -> frozenset[str]:
        """The model families that hold a seat."""
        return frozenset(opinion.model.family for opinion in self.opinions)

    @property
    def usage(self) -> Usage:
        """Everything the hearing used: seats, replaced jurors, the former jury and the judge."""
        asked = (*self.opinions, *self.replaced, *self.former)
        return sum((opinion.usage for opinion in asked), start=self.judge_usage)

    @property
    def served(self) -> dict[ModelRef, str]:
        """The names that answered for the models that were asked for a seat of the panel."""
        return served_names(*self.replaced, *self.opinions)

    @property
    def tally(self) -> Tally:
        """The ballots of this hearing. Those of a mistrial are shown, but they enter no standing."""
        return tally_of(self.opinions)

    @property
    def former_tally(self) -> Tally:
        """What the former jury of a bridge voted. It enters no standing."""
        return tally_of(self.former)

    @property
    def tallied(self) -> bool:
        """Whether its ballots count towards the standing. Those of a mistrial never do."""
        return self.disposition is not Disposition.MISTRIAL
