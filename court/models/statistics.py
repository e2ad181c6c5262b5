"""What the court of one guild has done, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from court.models.hearings import Disposition, Outcome
from court.models.money import Usage


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over a stretch of time."""

    cases: int = 0
    """Cases on the docket today."""
    hearings: Mapping[Disposition, int] = field(default_factory=dict)
    seats: Mapping[str, Mapping[Outcome, int]] = field(default_factory=dict)
    """What came of the seats, by provider; replaced jurors and former juries included."""
    usage: Usage = field(default_factory=Usage)
    """All that was asked: jurors, judges and research."""

    @property
    def heard(self) -> int:
        return sum(self.hearings.values())
