"""Statistics about the court of one guild."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from court.models.ballots import Ballot
from court.models.hearings import Disposition, Outcome
from court.models.money import Usage


@dataclass(frozen=True, slots=True)
class LastSession:
    """What the last session of a case found. `margin` is None if the case has not been heard."""

    verdict: Ballot | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics over a period of time."""

    cases: int = 0
    """Cases on the docket today."""
    hearings: Mapping[Disposition, int] = field(default_factory=dict)
    seats: Mapping[str, Mapping[Outcome, int]] = field(default_factory=dict)
    """How many seats had which outcome, by provider; replaced jurors and former juries are included."""
    usage: Usage = field(default_factory=Usage)
    """Everything that models were asked: jurors, judges and research."""

    @property
    def heard(self) -> int:
        return sum(self.hearings.values())
