"""How the ballots of one hearing are counted. Every hearing stores the `RULE_VERSION` it was counted by.

The panel's view is a logarithmic opinion pool (Genest & Zidek, “Combining Probability
Distributions”, Statistical Science 1986) of the jurors' ballots. What the confidence of a ballot
leaves over is spread equally over the other three ballots. Jurors who agree strengthen each other
only as much as n ballots with the correlation `court.counting.change.CORRELATION` are worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, exp, log

from court.counting.change import CORRELATION
from court.counting.emergence import emergence
from court.models import Ballot, Count, Disposition, Opinion

RULE_VERSION = 2

CONFIDENCE_FLOOR = 0.25
CONFIDENCE_CEILING = 0.90
"""Above it, a juror would outweigh others just by claiming to be sure, and so would one that was talked round."""
PANEL_CEILING = 0.99
"""No panel is shown as certain, however many jurors agree."""
HUNG_MARGIN = 0.02


def quorum(seats: int) -> int:
    """Return how many valid ballots a panel of `seats` needs: two thirds, and never fewer than two."""
    return max(2, ceil(2 * seats / 3))


def pool(
    ballots: Sequence[tuple[Ballot, float]], *, exponent: float | None = None, ceiling: float = CONFIDENCE_CEILING
) -> dict[Ballot, float]:
    """Pool ballots with their confidences (0–1) into one weight for each ballot.

    Args:
        ballots: each ballot that was cast, with its confidence.
        exponent: how much each ballot counts; by default, what jurors share is discounted.
        ceiling: the highest confidence that a juror is credited with.

    Raises:
        ValueError: if there is no ballot to pool.
    """
    if not ballots:
        raise ValueError("nothing to pool")
    counts_for = 1 / (1 + (len(ballots) - 1) * CORRELATION) if exponent is None else exponent
    logs = dict.fromkeys(Ballot, 0.0)
    for cast, confidence in ballots:
        held = min(max(confidence, CONFIDENCE_FLOOR), ceiling)
        for ballot in Ballot:
            share = held if ballot is cast else (1 - held) / 3
            logs[ballot] += log(share) * counts_for
    weights = {ballot: exp(value) for ballot, value in logs.items()}
    total = sum(weights.values())
    return {ballot: weight / total for ballot, weight in weights.items()}


def ballots_of(opinions: Sequence[Opinion]) -> list[tuple[Ballot, float]]:
    """Return what was cast, with confidences, sorted: the order of the seats must not change the last bit of a sum."""
    return sorted(
        (opinion.ballot, opinion.confidence)
        for opinion in opinions
        if opinion.ballot is not None and opinion.confidence is not None
    )


def lead(pooled: Mapping[Ballot, float]) -> tuple[Ballot | None, float, float]:
    """Return the verdict of a pool (None if it is hung), the largest weight, and its lead over the next one."""
    (first, weight), (_, second) = sorted(pooled.items(), key=lambda item: item[1], reverse=True)[:2]
    margin = weight - second
    return None if margin < HUNG_MARGIN else first, weight, margin


def count(opinions: Sequence[Opinion]) -> Count:
    """Count one hearing: each opinion is a seat, and only ballots have a weight."""
    ballots = ballots_of(opinions)
    needed = quorum(len(opinions))
    if len(ballots) < needed:
        return Count(needed, len(ballots), {}, None, None, 0.0)
    pooled = pool(ballots)
    verdict, weight, margin = lead(pooled)
    confidence = None if verdict is None else min(weight, PANEL_CEILING)
    emerged = emergence(opinions) if verdict is Ballot.YES else None
    return Count(needed, len(ballots), pooled, verdict, confidence, margin, emerged)


def disposition(counted: Count, previous: Ballot | None) -> Disposition:
    """Return what the hearing did to `previous`, the verdict of the last session that had one."""
    if counted.mistrial:
        return Disposition.MISTRIAL
    if counted.verdict is None:
        return Disposition.HUNG_JURY
    if previous is None:
        return Disposition.FIRST_RULING
    return Disposition.REAFFIRMED if counted.verdict is previous else Disposition.OVERTURNED
