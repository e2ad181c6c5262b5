"""The count of one hearing, compared with the rules and examples in docs/methodology.md."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from court.counting.verdicts import HUNG_MARGIN, PANEL_CEILING, count, disposition, pool, quorum
from court.models import Ballot, Count, Disposition, Emergence, Opinion, Outcome
from tests.court.samples import SILENT, ballots, panel, silent_outcomes, telling, votes

YES, ALMOST, IN_RESEARCH, NO = Ballot


def percent(counted: Count) -> int:
    assert counted.confidence is not None
    return round(100 * counted.confidence)


@pytest.mark.parametrize(
    ("voted", "verdict", "expected"),
    [
        ([(YES, 0.95), (YES, 0.92), (YES, 0.92)], YES, 98),
        ([(YES, 0.93)] * 4 + [(NO, 0.90)], YES, 94),
        ([(YES, 0.8)] * 5, YES, 95),
        ([(YES, 0.8)] * 4 + [(NO, 0.8)], YES, 86),
        ([(YES, 0.8)] * 3 + [(NO, 0.8)] * 2, YES, 62),
        ([(NO, 1.0)] * 7, NO, 99),
        ([(IN_RESEARCH, 0.6)] * 2, IN_RESEARCH, 71),
    ],
)
def test_dissent_lowers_the_confidence_and_agreement_raises_it(
    voted: list[tuple[Ballot, float]], verdict: Ballot, expected: int
) -> None:
    counted = count(panel(voted))

    assert (counted.verdict, percent(counted)) == (verdict, expected)


def test_the_pool_gives_credit_for_number_and_discounts_what_jurors_share() -> None:
    # Computed by hand for two jurors, who are worth 2 / 1.5: each share to the power of 2/3.
    yes, no, other = (share ** (2 / 3) for share in (0.8 * 0.1 / 3, 0.2 / 3 * 0.9, 0.2 / 3 * 0.1 / 3))
    total = yes + no + 2 * other

    pooled = pool([(YES, 0.8), (NO, 0.9)])

    assert pooled == pytest.approx(
        {YES: yes / total, ALMOST: other / total, IN_RESEARCH: other / total, NO: no / total}
    )


@pytest.mark.parametrize(("low", "clipped"), [(0.0, 0.25), (0.1, 0.25), (1.0, 0.90), (0.97, 0.90)])
def test_confidences_are_clipped(low: float, clipped: float) -> None:
    assert pool([(YES, low), (YES, 0.8)]) == pool([(YES, clipped), (YES, 0.8)])


def test_only_a_yes_says_when_the_ability_emerged() -> None:
    month = date(2024, 5, 1)
    dated = [replace(opinion, emerged=month) for opinion in panel([(YES, 0.9)] * 3)]
    against = panel([(NO, 0.9)] * 4)

    assert count(dated).emergence == Emergence(month, month, month)
    assert count([*dated, *against]).emergence is None
    assert count(panel([(YES, 0.9)] * 3)).emergence is None


def test_an_empty_pool_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to pool"):
        pool([])


@pytest.mark.parametrize(("seats", "needed"), [(0, 2), (1, 2), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6)])
def test_quorum_is_two_thirds_and_at_least_two(seats: int, needed: int) -> None:
    assert quorum(seats) == needed


def test_one_ballot_short_of_the_quorum_is_a_mistrial() -> None:
    short = count(panel([(YES, 0.9)] * 3, [Outcome.TIMEOUT, Outcome.REFUSED]))
    enough = count(panel([(YES, 0.9)] * 4, [Outcome.TIMEOUT]))

    assert short == Count(quorum=4, valid=3, pooled={}, verdict=None, confidence=None, margin=0.0)
    assert short.mistrial
    assert enough.verdict is YES
    assert not enough.mistrial


def test_equal_weights_hang_the_jury() -> None:
    counted = count(panel([(YES, 0.9), (NO, 0.9)]))

    assert (counted.verdict, counted.confidence, counted.mistrial) == (None, None, False)
    assert counted.margin == pytest.approx(0)


def test_jurors_who_know_nothing_hang_the_jury_even_if_they_agree() -> None:
    # At a confidence of 0.25, a ballot spreads evenly over all four answers.
    assert count(panel([(YES, 0.1)] * 3)).verdict is None


@given(st.lists(st.tuples(ballots, st.floats(0, 1)), min_size=2, max_size=7))
def test_a_jury_is_hung_exactly_below_the_margin(voted: list[tuple[Ballot, float]]) -> None:
    counted = count(panel(voted))
    first, second = sorted(counted.pooled.values(), reverse=True)[:2]

    assert counted.margin == first - second
    assert (counted.verdict is None) == (first - second < HUNG_MARGIN)
    if counted.verdict is not None:
        assert counted.pooled[counted.verdict] == first
        assert counted.confidence == min(first, PANEL_CEILING)


@given(votes)
def test_weights_sum_to_one(voted: list[tuple[Ballot, float]]) -> None:
    pooled = pool(voted)

    assert set(pooled) == set(Ballot)
    assert all(0 < weight < 1 for weight in pooled.values())
    assert sum(pooled.values()) == pytest.approx(1, abs=1e-12)


@given(votes, st.lists(silent_outcomes, max_size=2), st.randoms(use_true_random=False))
def test_the_order_of_jurors_never_matters(
    voted: list[tuple[Ballot, float]], missing: list[Outcome], shuffler: random.Random
) -> None:
    seats = panel(voted, missing)
    shuffled = list(seats)
    shuffler.shuffle(shuffled)

    assert count(shuffled) == count(seats)


def test_the_order_of_jurors_never_matters_to_the_last_bit() -> None:
    seats = panel([(YES, 0.31), (NO, 0.57), (YES, 0.83), (ALMOST, 0.91)])

    assert len({tuple(count(order).pooled.items()) for order in permutations(seats)}) == 1


@given(votes, st.lists(silent_outcomes, max_size=9))
def test_abstentions_and_failures_never_change_the_pool(
    voted: list[tuple[Ballot, float]], missing: list[Outcome]
) -> None:
    without, beside = count(panel(voted)), count(panel(voted, missing))
    assume(not beside.mistrial)

    assert (beside.pooled, beside.verdict, beside.confidence, beside.margin, beside.valid) == (
        without.pooled,
        without.verdict,
        without.confidence,
        without.margin,
        without.valid,
    )


@pytest.mark.parametrize("outcome", SILENT)
def test_no_silent_outcome_counts_as_a_ballot(outcome: Outcome) -> None:
    assert count(panel([(YES, 0.9)], [outcome])).valid == 1


@given(ballots, st.lists(telling, min_size=2, max_size=7))
def test_unanimity_gives_a_verdict_that_is_surer_than_its_least_sure_juror(ballot: Ballot, sure: list[float]) -> None:
    counted = count(panel([(ballot, confidence) for confidence in sure]))

    assert counted.verdict is ballot
    assert counted.confidence is not None
    assert counted.confidence > min(sure) - 1e-9


@given(ballots, st.lists(telling, min_size=2, max_size=6), ballots, telling)
def test_dissent_lowers_the_panel_confidence(ballot: Ballot, sure: list[float], other: Ballot, against: float) -> None:
    assume(other is not ballot)
    agreed = [(ballot, confidence) for confidence in sure]

    assert pool([*agreed, (other, against)])[ballot] < pool(agreed)[ballot]
    assert pool([*agreed[1:], (other, against)])[ballot] < pool(agreed)[ballot]


@given(votes)
def test_a_mistrial_has_no_result(voted: list[tuple[Ballot, float]]) -> None:
    counted = count(panel(voted, [Outcome.TIMEOUT] * (len(voted) + 1)))

    assert counted.mistrial
    assert (counted.pooled, counted.verdict, counted.confidence, counted.margin) == ({}, None, None, 0.0)


@pytest.mark.parametrize(
    ("seats", "previous", "expected"),
    [
        (panel([(YES, 0.9)]), NO, Disposition.MISTRIAL),
        (panel([(YES, 0.9), (NO, 0.9)]), NO, Disposition.HUNG_JURY),
        (panel([(YES, 0.9)] * 2), None, Disposition.FIRST_RULING),
        (panel([(YES, 0.9)] * 2), YES, Disposition.REAFFIRMED),
        (panel([(YES, 0.9)] * 2), ALMOST, Disposition.OVERTURNED),
    ],
)
def test_disposition(seats: list[Opinion], previous: Ballot | None, expected: Disposition) -> None:
    assert disposition(count(seats), previous) is expected
