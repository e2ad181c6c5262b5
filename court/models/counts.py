"""The result of counting the opinions of a hearing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from court.models.ballots import Ballot


@dataclass(frozen=True, slots=True)
class Emergence:
    """The months that jurors named, each as its first day.

    For an even number of months, `median` is the earlier of the middle two, so it is a month that somebody named.
    """

    median: date
    earliest: date
    latest: date


NARROW_BELOW = 0.5
"""The panel confidence below which the other answers together outweigh the verdict."""


def is_narrow(confidence: float | None) -> bool:
    """Return whether a verdict with this panel confidence is a narrow one. Without a verdict (None), nothing is."""
    return confidence is not None and confidence < NARROW_BELOW


@dataclass(frozen=True, slots=True)
class Count:
    """A counted hearing.

    `pooled` holds the weight of each ballot (they sum to 1; empty for a mistrial), `confidence`
    the weight of the verdict (99 % at most), `margin` the difference between the two largest weights.
    `emergence` is set on YES if any juror named a month.
    """

    quorum: int
    valid: int
    pooled: Mapping[Ballot, float]
    verdict: Ballot | None
    confidence: float | None
    margin: float
    emergence: Emergence | None = None

    @property
    def narrow(self) -> bool:
        """Whether the other answers together outweigh the verdict."""
        return is_narrow(self.confidence)

    @property
    def mistrial(self) -> bool:
        return self.valid < self.quorum
