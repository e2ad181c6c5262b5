"""What the court holds, given a tally of ballots. The rules apply in order."""

from __future__ import annotations

from court.models import Ballot, Holding, Standing, Tally

SETTLED_SHARE = 0.8
FEWEST_BALLOTS = 2


def standing(tally: Tally) -> Standing:
    """Return UNHEARD below two ballots; else the ballot with at least 80 %; else DISPUTED, leaning to the plurality."""
    if tally.total < FEWEST_BALLOTS:
        return Standing(Holding.UNHEARD, None, tally)
    leaders = plurality(tally)
    leader = leaders[0]
    if tally[leader] >= SETTLED_SHARE * tally.total:
        return Standing(Holding(leader.value), None, tally)
    return Standing(Holding.DISPUTED, leader if len(leaders) == 1 else None, tally)


def plurality(tally: Tally) -> list[Ballot]:
    """Return the ballots that were cast most often, in the order of every tally; all of them if nothing was cast."""
    cast = [(ballot, tally[ballot]) for ballot in Ballot]
    most = max(times for _, times in cast)
    return [ballot for ballot, times in cast if times == most]
