"""The order in which the answers are put: balanced over the seats, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from court.jury.orders import order_for
from court.jury.panels import SEED_BITS
from court.models import Ballot

seeds = st.integers(0, (1 << SEED_BITS) - 1)


@given(seeds, st.integers(0, 2))
def test_four_seats_have_each_answer_once_in_every_place_and_once_after_every_other(seed: int, block: int) -> None:
    orders = [order_for(seed, 4 * block + seat) for seat in range(1, 5)]

    for place in range(4):
        assert {order[place] for order in orders} == set(Ballot)
    followed = Counter(pair for order in orders for pair in pairwise(order))
    assert set(followed.values()) == {1}
    assert len(followed) == 12


@given(seeds, st.integers(1, 7))
def test_the_same_seed_and_seat_give_the_same_order(seed: int, seat: int) -> None:
    order_for.__globals__["_shuffled"].cache_clear()
    assert order_for(seed, seat) == order_for(seed, seat)


def test_orders_are_those_of_every_other_machine() -> None:
    assert [order_for(1, seat) for seat in (1, 5)] == [
        (Ballot.NO, Ballot.ALMOST, Ballot.IN_RESEARCH, Ballot.YES),
        (Ballot.ALMOST, Ballot.NO, Ballot.IN_RESEARCH, Ballot.YES),
    ]


def test_over_many_seeds_every_order_is_equally_likely() -> None:
    seen = Counter(order_for(seed, 1) for seed in range(4_800))
    assert len(seen) == 24
    assert max(seen.values()) < 1.35 * 200
