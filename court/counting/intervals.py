"""When a case is heard again: sooner where the jury is divided, or the answer is about to turn."""

from __future__ import annotations

from datetime import timedelta

from court.counting.change import BEYOND_DOUBT
from court.models import Ballot, Hearing
from court.ports import Randomness

RETRIAL_WITHIN = timedelta(hours=1)
"""An alarm is answered within a day, and before anything routine."""
AFTER_A_MISTRIAL = timedelta(days=1)
"""Whatever is pending: vendors that are down for an hour would be asked, and paid, every hour."""

SHORTEST, LONGEST = 7.0, 90.0
"""Days, for a jury that is evenly divided and for one of a single mind."""
MOVING = frozenset({Ballot.ALMOST, Ballot.IN_RESEARCH})
"""Verdicts that are not the last word."""
WATCH_ABOVE = BEYOND_DOUBT / 2


def next_interval(
    hearing: Hearing, change_score: float, fixed_days: int | None, chance: Randomness, *, alarmed: bool = False
) -> timedelta:
    """From the end of a hearing to the next one of its case.

    `change_score` is the `court.counting.terms.Course`'s after the hearing, and `alarmed` whether an alarm is pending:
    its retrial waits for nothing but a quorum. A server's `fixed_days` are kept to the day. Otherwise the
    interval grows with the square of the margin, and is halved (after its bounds, so down to 3½ days)
    where there is something to watch.
    """
    if not hearing.tallied:
        return AFTER_A_MISTRIAL
    if alarmed:
        return RETRIAL_WITHIN
    if fixed_days is not None:
        return timedelta(days=fixed_days)
    days = min(SHORTEST + (LONGEST - SHORTEST) * hearing.margin**2, LONGEST)
    if hearing.verdict in MOVING or change_score > WATCH_ABOVE:
        days /= 2
    return timedelta(days=days) * _jitter(chance)


def _jitter(chance: Randomness) -> float:
    """Within ±20 %, so that cases filed together do not stay together."""
    return 0.8 + chance.randrange(401) / 1000
