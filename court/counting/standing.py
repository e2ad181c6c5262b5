"""What a tally of ballots makes the court hold: the rule of the site, in its order."""

from __future__ import annotations

from court.models import Ballot, Holding, Standing, Tally

SETTLED_SHARE = 0.8
FEWEST_BALLOTS = 2


def standing(tally: Tally) -> Standing:
    """Fewer than two ballots: UNHEARD; at least 80 % for one: that one; else DISPUTED, leaning to the plurality."""
    if tally.total < FEWEST_BALLOTS:
        return Standing(Holding.UNHEARD, None, tally)
    leaders = plurality(tally)
    leader = leaders[0]
    if tally[leader] >= SETTLED_SHARE * tally.total:
        return Standing(Holding(leader.value), None, tally)
    return Standing(Holding.DISPUTED, leader if len(leaders) == 1 else None, tally)


def plurality(tally: Tally) -> list[Ballot]:
    """The ballots that were cast most, in the order of every tally; all of them where nothing was cast."""
    cast = [(ballot, tally[ballot]) for ballot in Ballot]
    most = max(times for _, times in cast)
    return [ballot for ballot, times in cast if times == most]
