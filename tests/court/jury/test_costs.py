"""Money: in whole millionths, rounded up, and no cost for a model whose price is unknown."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from court.jury.costs import SEARCH_RESULTS, SEARCHES, TURNS, Estimate, cost_of, dearest, estimate
from court.jury.model import Completion, Finish, Request
from court.models import Price, Usage

PRICE = Price(3, 15, 0.01)
ASKED = Request("s" * 300, "u" * 300, "answer", {}, 4_000)

amounts = st.floats(0, 100, allow_nan=False)
prices = st.builds(Price, amounts, amounts, st.floats(0, 1))


def answer(tokens_in: int = 0, tokens_out: int = 0, searches: int = 0) -> Completion:
    return Completion("", Finish.STOP, tokens_in, tokens_out, searches=searches)


def test_a_price_per_million_is_millionths_per_token() -> None:
    assert cost_of(PRICE, ASKED, answer(1_000, 200)) == 3_000 + 3_000
    assert cost_of(PRICE, ASKED, answer(searches=2)) == 20_000
    assert cost_of(Price(0.25, 0), ASKED, answer(1)) == 1, "rounded up to a whole millionth"
    assert cost_of(Price(0, 0), ASKED, answer(1_000, 1_000)) == 0


def test_an_unknown_price_gives_no_cost() -> None:
    assert cost_of(None, ASKED, answer(1_000)) is None
    assert estimate(None, ASKED) == Estimate(0, 0)


@given(prices, st.text(max_size=200), st.integers(0, 100), st.integers(0, 4_000))
def test_an_answer_within_its_bounds_never_costs_more_than_the_ceiling(
    price: Price, words: str, read: int, written: int
) -> None:
    before = estimate(price, replace(ASKED, user=words))
    after = cost_of(price, ASKED, answer(read + len(words.encode()), written))

    assert after is not None
    assert after <= before.ceiling
    assert before.usual <= before.ceiling


def test_the_schema_is_part_of_the_input() -> None:
    schema = {"type": "object", "properties": {"ballot": {"type": "string"}}}

    assert estimate(PRICE, replace(ASKED, schema=schema)).ceiling > estimate(PRICE, ASKED).ceiling


def test_searching_costs_the_calls_and_what_they_return() -> None:
    without = estimate(PRICE, ASKED)
    searching = estimate(PRICE, replace(ASKED, searching=True))

    assert searching.usual - without.usual == SEARCHES * 10_000 + SEARCH_RESULTS * 3


@given(prices, st.integers(1, TURNS))
def test_a_search_that_pauses_never_costs_more_than_the_ceiling(price: Price, turns: int) -> None:
    """Each turn reads the question, what all turns so far have found, and what those before it wrote."""
    question, most = 100 + len(ASKED.user), ASKED.max_tokens
    read = sum(question + turn * SEARCH_RESULTS + (turn - 1) * most for turn in range(1, turns + 1))

    after = cost_of(price, ASKED, answer(read, turns * most, turns * SEARCHES))

    assert after is not None
    assert after <= estimate(price, replace(ASKED, searching=True)).ceiling


@given(st.lists(st.builds(Estimate, st.integers(0, 9), st.integers(0, 9)), max_size=6), st.integers(0, 7))
def test_no_draw_costs_more_than_the_dearest(estimates: list[Estimate], count: int) -> None:
    chosen = sum(one.ceiling for one in dearest(estimates, count))

    draws = combinations(estimates, min(count, len(estimates)))
    assert chosen == max(sum(one.ceiling for one in draw) for draw in draws)


def test_usage_adds_up() -> None:
    assert Usage.of(10, 5, 7) + Usage.of(1, 1, None) == Usage(11, 6, 7, 1)
    assert sum([Usage(1, 2, 3), Usage(4, 5, 6)], start=Usage()) == Usage(5, 7, 9)
    assert Estimate(1, 2) + Estimate(3, 4) == Estimate(4, 6)
