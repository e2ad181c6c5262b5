"""The evidence that the jury has turned away from what the court holds on a case.

Each ballot that challenges the incumbent has a cumulative sum (Page, “Continuous Inspection Schemes”,
Biometrika 1954) of log-likelihood ratios (Wald, “Sequential Tests of Statistical Hypotheses”, 1945).
The ballots of one hearing are not independent, so they count for less than their number: n ballots
with correlation ρ are worth n / (1 + (n − 1)ρ) independent ones (Kish, “Survey Sampling”, 1965).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log

from court.models import Ballot, Tally

ACCURACY = 0.65
"""How often a juror is assumed to be right; the other three ballots share the rest equally."""
CORRELATION = 0.5
"""The assumed correlation of the ballots of one hearing: 0 if they are independent, 1 if they always agree."""
BEYOND_DOUBT = log(32)
"""The log-odds at which something counts as shown: 32 to 1."""

Worth = Mapping[Ballot, float]
"""How many independent ballots were cast for each answer, after the discount for what jurors of one hearing share."""

NO_BALLOTS: Worth = dict.fromkeys(Ballot, 0.0)

_BALLOTS = tuple(Ballot)
"""Iterating over the enumeration itself is slow, and recounts and simulations do it often."""

_PER_BALLOT = log(ACCURACY / ((1 - ACCURACY) / 3))
"""The log-odds that one independent ballot adds for its own answer against another."""


def worth(tally: Tally) -> Worth:
    """Return what the ballots of one hearing are worth.

    The discount depends on the number of valid ballots, not of seats: an abstention or a failure enters no denominator.
    """
    share = 1 / (1 + max(tally.total - 1, 0) * CORRELATION)
    return {ballot: share * tally[ballot] for ballot in _BALLOTS}


def add(one: Worth, other: Worth) -> Worth:
    """Return what both are worth together."""
    return {ballot: one[ballot] + other[ballot] for ballot in _BALLOTS}


def subtract(whole: Worth, part: Worth) -> Worth:
    """Return `whole` less `part`; rounding errors do not take it below zero."""
    return {ballot: max(whole[ballot] - part[ballot], 0.0) for ballot in _BALLOTS}


def log_odds(cast: Worth, one: Ballot, other: Ballot) -> float:
    """Return the log-odds that the ballots give for `one` against `other`."""
    return _PER_BALLOT * (cast[one] - cast[other])


def difference(before: Worth, after: Worth, ballot: Ballot) -> float:
    """Return how much better two shares of `ballot`, one before and one after, explain the votes than one share does.

    This is a log-likelihood ratio at the best fit: 0 for equal shares, and 0 if either side has no votes.
    """
    totals = sum(before.values()), sum(after.values())
    if not all(totals):
        return 0.0
    shared = (before[ballot] + after[ballot]) / sum(totals)
    return sum(
        _gain(side[ballot], total, shared) + _gain(total - side[ballot], total, 1 - shared)
        for side, total in zip((before, after), totals, strict=True)
    )


def _gain(part: float, total: float, expected: float) -> float:
    return part * log(part / total / expected) if part > 0 and expected > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Challenge:
    """A stretch of sessions in which a challenger's sum stays above zero.

    `sum` is S_k in log-odds; `began` is the first session of the stretch; `tally` and `worth` hold
    everything that was cast from that session on.
    """

    sum: float
    began: int
    tally: Tally
    worth: Worth

    def capped(self, limit: float) -> Challenge:
        """Return the same challenge with a sum of at most `limit`."""
        return replace(self, sum=min(self.sum, limit))


def update_challenges(
    challenges: Mapping[Ballot, Challenge], incumbent: Ballot, session: int, tally: Tally
) -> dict[Ballot, Challenge]:
    """Return the challenges to `incumbent` after one more hearing. A challenge whose sum falls to zero is over."""
    cast = worth(tally)
    updated = {}
    for challenger in _BALLOTS:
        so_far = challenges.get(challenger)
        total = log_odds(cast, challenger, incumbent) + (0.0 if so_far is None else so_far.sum)
        if challenger is incumbent or total <= 0:
            continue
        if so_far is None:
            updated[challenger] = Challenge(total, session, tally, cast)
        else:
            updated[challenger] = Challenge(total, so_far.began, so_far.tally + tally, add(so_far.worth, cast))
    return updated
