"""How good the count of a hearing is: its calibration, the effect of dissent, and that of one captured juror."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from court.counting.verdicts import ballots_of, count, lead, pool
from court.models import Ballot, Hearing, Opinion, Outcome
from court.simulation.synthetic import Statement

FIRST_CEILING = 0.97
"""The upper bound of a juror's confidence in the first design."""
BINS = 10
"""Bins of equal width from 0 to 1. Each includes its lower end, and the last includes 1 too."""


@dataclass(slots=True)
class Calibration:
    """How often verdicts with a stated confidence (0–1) were right."""

    verdicts: list[int] = field(default_factory=lambda: [0] * BINS)
    right: list[int] = field(default_factory=lambda: [0] * BINS)
    stated: list[float] = field(default_factory=lambda: [0.0] * BINS)
    squares: float = 0.0

    def add(self, confidence: float, right: bool) -> None:
        place = min(int(confidence * BINS), BINS - 1)
        self.verdicts[place] += 1
        self.right[place] += right
        self.stated[place] += confidence
        self.squares += (confidence - right) ** 2

    def __iadd__(self, other: Calibration) -> Calibration:
        for place in range(BINS):
            self.verdicts[place] += other.verdicts[place]
            self.right[place] += other.right[place]
            self.stated[place] += other.stated[place]
        self.squares += other.squares
        return self

    @property
    def ece(self) -> float:
        """Expected calibration error: the gap between mean stated and share right per bin, weighted by number."""
        gaps = (abs(stated - right) for stated, right in zip(self.stated, self.right, strict=True))
        return sum(gaps) / sum(self.verdicts)

    @property
    def brier(self) -> float:
        """Brier score: the mean square of the stated confidence less 1 if right, or less 0 if wrong."""
        return self.squares / sum(self.verdicts)

    @property
    def curve(self) -> list[tuple[float, float, int]]:
        """For every bin that is not empty: mean stated, share right, number of verdicts."""
        rows = zip(self.stated, self.right, self.verdicts, strict=True)
        return [(stated / number, right / number, number) for stated, right, number in rows if number]


@dataclass(slots=True)
class PanelScores:
    """Scores over the routine hearings of a world. Every field is a plain sum, so that parts can be added up."""

    confidence: Calibration = field(default_factory=Calibration)
    plain: Calibration = field(default_factory=Calibration)
    """The same verdicts by the pool as first designed, in which five jurors are worth no more than one."""
    share: Calibration = field(default_factory=Calibration)
    """The share of the ballots that the same verdict had, taken as a confidence."""
    splits: Counter[str] = field(default_factory=Counter)
    split_confidence: dict[str, float] = field(default_factory=dict)
    """The sum of the panel confidences, by split."""
    ballots: int = 0
    right: int = 0
    stated: float = 0.0
    """The sum of the jurors' own confidences."""
    attacked: int = 0
    fair: int = 0
    """Of the attacked hearings, those that find what the attacker wants without the captured juror."""
    captured: int = 0
    """The same with the captured juror."""
    first_fair: int = 0
    first_captured: int = 0
    """Both by the pool as first designed."""

    def add(self, statement: Statement, day: float, hearing: Hearing) -> None:
        """Add a routine hearing."""
        truth = statement.true_on(day)
        for opinion in hearing.opinions:
            if opinion.ballot is not None and opinion.confidence is not None:
                self.ballots += 1
                self.right += opinion.ballot is truth
                self.stated += opinion.confidence
        if hearing.verdict is not None and hearing.confidence is not None:
            right = hearing.verdict is truth
            self.confidence.add(hearing.confidence, right)
            self.plain.add(plain_confidence(hearing.opinions, hearing.verdict), right)
            self.share.add(hearing.tally[hearing.verdict] / hearing.tally.total, right)
            split = _split(hearing)
            self.splits[split] += 1
            self._weigh(split, hearing.confidence)

    def attack(self, statement: Statement, day: float, hearing: Hearing) -> None:
        """Count the hearing again with its first juror captured. Seats are drawn, so any seat is as good as another."""
        wanted = statement.lure_on(day)
        taken = captured(hearing.opinions, wanted)
        self.attacked += 1
        self.fair += hearing.verdict is wanted
        self.captured += count(taken).verdict is wanted
        self.first_fair += first_verdict(hearing.opinions) is wanted
        self.first_captured += first_verdict(taken) is wanted

    def __iadd__(self, other: PanelScores) -> PanelScores:
        self.confidence += other.confidence
        self.plain += other.plain
        self.share += other.share
        self.splits += other.splits
        for split, confidence in other.split_confidence.items():
            self._weigh(split, confidence)
        self.ballots += other.ballots
        self.right += other.right
        self.stated += other.stated
        self.attacked += other.attacked
        self.fair += other.fair
        self.captured += other.captured
        self.first_fair += other.first_fair
        self.first_captured += other.first_captured
        return self

    def _weigh(self, split: str, confidence: float) -> None:
        self.split_confidence[split] = self.split_confidence.get(split, 0.0) + confidence


def plain_confidence(opinions: Sequence[Opinion], verdict: Ballot) -> float:
    """Return the weight of a verdict by the pool as first designed."""
    return _first_pool(opinions)[verdict]


def first_verdict(opinions: Sequence[Opinion]) -> Ballot | None:
    """Return the verdict by the pool as first designed, or None if it is hung or nobody voted."""
    return lead(_first_pool(opinions))[0] if ballots_of(opinions) else None


def _first_pool(opinions: Sequence[Opinion]) -> dict[Ballot, float]:
    """Return the geometric mean of what the jurors say, with no credit for their number and a higher ceiling."""
    ballots = ballots_of(opinions)
    return pool(ballots, exponent=1 / len(ballots), ceiling=FIRST_CEILING)


def captured(opinions: Sequence[Opinion], wanted: Ballot) -> list[Opinion]:
    """Return the same panel with a first juror that says what an attacker wants, with a confidence of 1."""
    first = replace(opinions[0], outcome=Outcome.BALLOT, ballot=wanted, confidence=1.0)
    return [first, *opinions[1:]]


def _split(hearing: Hearing) -> str:
    cast = sorted((hearing.tally[ballot] for ballot in Ballot), reverse=True)
    return "–".join(str(number) for number in cast if number) if cast[1] else f"{cast[0]}–0"
