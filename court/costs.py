"""What hearings cost: an estimate before, and the figure after. Money is in whole millionths of a US dollar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from court.asking import Completion, Request
from court.models import MICRO, Price

CHARACTERS_PER_TOKEN = 3
"""English has about four; other scripts have fewer, and an estimate shall not be short."""

USUAL_ANSWER = 800
"""Tokens of an ordinary answer, the thinking before it included."""

SEARCHES = 6
"""Calls of a search tool at most: two, and a vendor may pause twice and go on."""

SEARCH_RESULTS = 12_000
"""Tokens that the pages found add to what is read."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What something may cost: as a rule, and at most."""

    usual: int = 0
    ceiling: int = 0

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.usual + other.usual, self.ceiling + other.ceiling)


def cost_of(price: Price | None, answer: Completion) -> int | None:
    """What an answer cost; none where no price is known."""
    if price is None:
        return None
    tokens = answer.tokens_in * price.tokens_in + answer.tokens_out * price.tokens_out
    return ceil(tokens + answer.searches * price.search * MICRO)


def estimate(price: Price | None, request: Request) -> Estimate:
    """What one question may cost. Where no price is known nothing can be said, and nothing is."""
    if price is None:
        return Estimate()
    read = ceil((len(request.system) + len(request.user)) / CHARACTERS_PER_TOKEN)
    looked_up = 0.0
    if request.searching:
        read += SEARCH_RESULTS
        looked_up = SEARCHES * price.search * MICRO
    usual = read * price.tokens_in + min(USUAL_ANSWER, request.max_tokens) * price.tokens_out + looked_up
    ceiling = read * price.tokens_in + request.max_tokens * price.tokens_out + looked_up
    return Estimate(ceil(usual), ceil(ceiling))


def dearest(prices: Iterable[Price | None], count: int) -> list[Price]:
    """The `count` dearest of the known prices, so that no draw can cost more."""
    known = [price for price in prices if price is not None]
    return sorted(known, key=lambda price: (price.tokens_out, price.tokens_in, price.search), reverse=True)[:count]
