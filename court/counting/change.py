"""Has the jury turned? The evidence that what was held of a case holds no longer.

A cumulative sum (Page, “Continuous Inspection Schemes”, Biometrika 1954) of log-likelihood ratios
(Wald, “Sequential Tests of Statistical Hypotheses”, 1945) for each ballot that challenges the
incumbent. The ballots of one hearing are not independent, so they count for less than their
number: n ballots whose correlation is ρ are worth n / (1 + (n − 1)ρ) (Kish, “Survey Sampling”, 1965).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log

from court.models import Ballot, Tally

ACCURACY = 0.65
"""How often a juror is taken to be right; the other three ballots share what is left."""
CORRELATION = 0.5
"""How alike the ballots of one hearing are taken to be: 0 not at all, 1 one voice."""
BEYOND_DOUBT = log(32)
"""The log-odds from which on a thing is taken as shown: 32 to 1."""

Worth = Mapping[Ballot, float]
"""Ballots as independent ones: what was cast for each, discounted for what the jurors of a hearing share."""

NOTHING: Worth = dict.fromkeys(Ballot, 0.0)

_BALLOTS = tuple(Ballot)
"""Going through an enumeration itself is slow, and recounts and simulations do it often."""

_PER_BALLOT = log(ACCURACY / ((1 - ACCURACY) / 3))
"""What one independent ballot for one and not for another says, in log-odds."""


def worth(tally: Tally) -> Worth:
    """What the ballots of one hearing are worth.

    Valid ballots share the discount, not seats: an abstention or a failure enters no denominator.
    """
    share = 1 / (1 + max(tally.total - 1, 0) * CORRELATION)
    return {ballot: share * tally[ballot] for ballot in _BALLOTS}


def together(one: Worth, other: Worth) -> Worth:
    """What both are worth."""
    return {ballot: one[ballot] + other[ballot] for ballot in _BALLOTS}


def without(whole: Worth, part: Worth) -> Worth:
    """What is left of `whole`; never below zero by the last bit of a sum."""
    return {ballot: max(whole[ballot] - part[ballot], 0.0) for ballot in _BALLOTS}


def speaks(cast: Worth, one: Ballot, other: Ballot) -> float:
    """What the ballots say for `one` and against `other`, in log-odds."""
    return _PER_BALLOT * (cast[one] - cast[other])


def difference(before: Worth, after: Worth, ballot: Ballot) -> float:
    """How much better two shares of `ballot`, one before and one after, explain the votes than one share does.

    A log-likelihood ratio, at its best fit: 0 for equal shares, and for nothing to compare.
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
    """An excursion of a challenger's sum above zero.

    `sum` is S_k in log-odds; `began` is the excursion's first session, and `tally` and `worth` hold
    all that was cast from that session on.
    """

    sum: float
    began: int
    tally: Tally
    worth: Worth

    def eased(self, limit: float) -> Challenge:
        """The same, with a sum of at most `limit`."""
        return replace(self, sum=min(self.sum, limit))


def press(
    challenges: Mapping[Ballot, Challenge], incumbent: Ballot, session: int, tally: Tally
) -> dict[Ballot, Challenge]:
    """The challenges to `incumbent` after one more hearing; one whose sum falls to zero is over."""
    cast = worth(tally)
    pressed = {}
    for challenger in _BALLOTS:
        so_far = challenges.get(challenger)
        total = speaks(cast, challenger, incumbent) + (0.0 if so_far is None else so_far.sum)
        if challenger is incumbent or total <= 0:
            continue
        if so_far is None:
            pressed[challenger] = Challenge(total, session, tally, cast)
        else:
            pressed[challenger] = Challenge(total, so_far.began, so_far.tally + tally, together(so_far.worth, cast))
    return pressed
