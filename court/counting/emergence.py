"""Since when AI can do it, by the jurors who said YES."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from court.models import Ballot, Opinion


@dataclass(frozen=True, slots=True)
class Emergence:
    """The months that jurors named, each by its first day.

    Of an even number of months `median` is the earlier of the two in the middle: a month that somebody named.
    """

    median: date
    earliest: date
    latest: date


def emergence(opinions: Iterable[Opinion]) -> Emergence | None:
    """When the ability emerged, by the YES ballots of one hearing; none where none names a month."""
    months = [opinion.emerged for opinion in opinions if opinion.ballot is Ballot.YES and opinion.emerged is not None]
    return Emergence(median_low(months), min(months), max(months)) if months else None
