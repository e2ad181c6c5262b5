"""Since when AI can do it, according to the jurors who said YES."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median_low

from court.models import Ballot, Emergence, Opinion


def emergence(opinions: Iterable[Opinion]) -> Emergence | None:
    """Return when the ability emerged, by the YES ballots of one hearing, or None if none of them names a month."""
    months = [opinion.emerged for opinion in opinions if opinion.ballot is Ballot.YES and opinion.emerged is not None]
    return Emergence(median_low(months), min(months), max(months)) if months else None
