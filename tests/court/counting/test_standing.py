"""What the court holds on a case, from all its sessions."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from court.counting.standing import plurality, standing
from court.models import Ballot, Holding, Standing, Tally
from tests.court.samples import ballots

YES, ALMOST, IN_RESEARCH, NO = Ballot

few = st.integers(0, 400)
tallies = st.builds(Tally, few, few, few, few)


@pytest.mark.parametrize(
    ("tally", "holding", "leaning"),
    [
        (Tally(), Holding.UNHEARD, None),
        (Tally(yes=1), Holding.UNHEARD, None),
        (Tally(yes=2), Holding.YES, None),
        (Tally(yes=1, no=1), Holding.DISPUTED, None),
        (Tally(almost=2), Holding.ALMOST, None),
        (Tally(yes=4, no=1), Holding.YES, None),
        (Tally(in_research=8, no=2), Holding.IN_RESEARCH, None),
        (Tally(yes=3, no=1), Holding.DISPUTED, YES),
        (Tally(yes=79, no=21), Holding.DISPUTED, YES),
        (Tally(yes=80, no=20), Holding.YES, None),
        (Tally(yes=2, almost=2, no=1), Holding.DISPUTED, None),
        (Tally(yes=1, almost=2, no=1), Holding.DISPUTED, ALMOST),
        (Tally(no=52 * 5), Holding.NO, None),
    ],
)
def test_the_rules_in_their_order(tally: Tally, holding: Holding, leaning: Ballot | None) -> None:
    assert standing(tally) == Standing(holding, leaning, tally)


@given(tallies)
def test_settled_exactly_from_four_fifths_on(tally: Tally) -> None:
    assume(tally.total >= 2)
    leader = max(Ballot, key=lambda ballot: tally[ballot])

    settled = standing(tally).holding is not Holding.DISPUTED

    assert settled == (5 * tally[leader] >= 4 * tally.total)


@given(ballots, st.integers(2, 10_000))
def test_unanimity_of_two_or_more_settles(ballot: Ballot, times: int) -> None:
    held = standing(Tally.of([ballot] * times))

    assert (held.holding.value, held.leaning) == (ballot.value, None)


@given(tallies)
def test_only_a_dispute_leans_and_only_to_the_one_plurality(tally: Tally) -> None:
    held = standing(tally)

    if held.leaning is not None:
        assert held.holding is Holding.DISPUTED
        assert all(tally[held.leaning] > tally[other] for other in Ballot if other is not held.leaning)


@given(tallies)
def test_the_plurality_is_what_was_cast_most(tally: Tally) -> None:
    leaders = plurality(tally)

    assert {tally[ballot] for ballot in leaders} == {max(tally[ballot] for ballot in Ballot)}
    assert leaders == [ballot for ballot in Ballot if tally[ballot] == tally[leaders[0]]]
