"""What hearings cost: an estimate before, the actual cost after. Money is in whole millionths of a US dollar."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from court.jury.model import Completion, Request
from court.models import MICRO, Price, Usage

CHARACTERS_PER_TOKEN = 3
"""Our own part of a request is English, which has about four; an estimate must not be too low."""

USUAL_ANSWER = 800
"""Tokens of an ordinary answer, including the thinking before it."""

SEARCHES = 2
"""Calls of the search tool before a vendor answers or pauses."""

SEARCH_RESULTS = 12_000
"""Tokens that the pages found by these calls add to what is read. No vendor states an upper limit."""

TURNS = 3
"""A vendor may pause a search twice; when it resumes, it reads everything so far again."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What something may cost: usually, and at most."""

    usual: int = 0
    ceiling: int = 0

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.usual + other.usual, self.ceiling + other.ceiling)


def cost_of(price: Price | None, request: Request, answer: Completion) -> int | None:
    """Return what an answer cost, or None if no price is known. One without believable usage counts at its ceiling."""
    if price is None:
        return None
    if not answer.metered:
        return estimate(price, request).ceiling
    return _cost(price, answer.tokens_in, answer.tokens_out, answer.searches)


def usage_of(price: Price | None, request: Request, answer: Completion) -> Usage:
    """Return what an answer used."""
    return Usage.of(answer.tokens_in, answer.tokens_out, cost_of(price, request, answer))


def estimate(price: Price | None, request: Request) -> Estimate:
    """Return what one request may cost, or an estimate of zero if no price is known."""
    if price is None:
        return Estimate()
    ours = len(request.system) + len(json.dumps(request.schema))
    read = ceil((ours + len(request.user)) / CHARACTERS_PER_TOKEN)
    # Strangers may write in any script, and no tokenizer makes more tokens from a text than it has bytes.
    most = ceil(ours / CHARACTERS_PER_TOKEN) + len(request.user.encode("utf-8", "surrogatepass"))
    answer = min(USUAL_ANSWER, request.max_tokens)
    written, searches, turns = request.max_tokens, 0, 1
    if request.searching:
        read, searches, turns = read + SEARCH_RESULTS, SEARCHES, TURNS
        # Each turn reads what was found up to and including it, and what was written before it.
        most = turns * most + turns * (turns + 1) // 2 * SEARCH_RESULTS + turns * (turns - 1) // 2 * written
    return Estimate(
        _cost(price, read, answer, searches),
        _cost(price, most, turns * written, turns * searches),
    )


def dearest(estimates: Iterable[Estimate], count: int) -> list[Estimate]:
    """Return the `count` highest estimates by ceiling, so that no draw can cost more."""
    return sorted(estimates, key=lambda one: one.ceiling, reverse=True)[:count]


def _cost(price: Price, read: int, written: int, searches: int) -> int:
    return ceil(read * price.tokens_in + written * price.tokens_out + searches * price.search * MICRO)
