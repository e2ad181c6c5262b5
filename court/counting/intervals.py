"""When a case is heard again: sooner if the jury is divided or the answer seems about to turn."""

from __future__ import annotations

from datetime import timedelta

from court.counting.change import BEYOND_DOUBT
from court.models import Ballot, Hearing
from court.ports import Randomness

RETRIAL_WITHIN = timedelta(hours=1)
"""An alarm must be answered within a day, and before any routine hearing."""
AFTER_A_MISTRIAL = timedelta(days=1)
"""Even if an alarm is pending: vendors that are down for hours would otherwise be asked, and paid, every hour."""

SHORTEST, LONGEST = 7.0, 90.0
"""Days, for a jury that is evenly divided (margin 0) and for one that agrees completely (margin 1)."""
JITTER = 0.2
"""The part by which an interval is made shorter or longer by chance."""
LONGEST_WAIT = timedelta(days=LONGEST * (1 + JITTER))
"""The longest time from a hearing to the next. An admin can fix no longer one."""
MOVING = frozenset({Ballot.ALMOST, Ballot.IN_RESEARCH})
"""Verdicts that are probably not final."""
WATCH_ABOVE = BEYOND_DOUBT / 2


def next_interval(
    hearing: Hearing, change_score: float, fixed_days: int | None, chance: Randomness, *, alarmed: bool = False
) -> timedelta:
    """Return the time from the end of a hearing to the next hearing of its case.

    `change_score` is that of the case's `court.counting.terms.Course` after the hearing. `alarmed` says whether an
    alarm is pending: then only a missing quorum delays the retrial. A server's `fixed_days` are kept exactly.
    Otherwise the interval grows with the square of the margin. If the verdict is in `MOVING` or the score is above
    `WATCH_ABOVE`, it is halved (after it was bounded, so down to 3½ days).
    """
    if not hearing.tallied:
        return AFTER_A_MISTRIAL
    if alarmed:
        return RETRIAL_WITHIN
    if fixed_days is not None:
        return timedelta(days=fixed_days)
    return timedelta(days=usual_days(hearing.verdict, hearing.margin, change_score)) * _jitter(chance)


def usual_days(verdict: Ballot | None, margin: float, change_score: float = 0.0) -> float:
    """Return the interval after a session in days by the court's own rule, without the part that is left to chance."""
    days = min(SHORTEST + (LONGEST - SHORTEST) * margin**2, LONGEST)
    return days / 2 if verdict in MOVING or change_score > WATCH_ABOVE else days


def _jitter(chance: Randomness) -> float:
    """Return a factor within ±20 %, so that cases filed together do not stay together."""
    return 1 - JITTER + chance.randrange(401) / 1000
