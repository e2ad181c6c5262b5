"""Every attempt is counted: at what it used, at its ceiling if nobody knows, at nothing if the vendor did no work."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.jury.attempts import RETRIES, UNLIMITED, Allowance
from court.jury.costs import estimate
from court.jury.model import Completion, Finish, Request
from court.jury.pool import Jury
from court.models import Price, Usage
from tests.fakes.models import FakeModel, Step, hangs, votes

PRICE = Price(3, 15)
REQUEST = Request("You are a juror.", "{}", "answer", {}, 1_000)
CEILING = estimate(PRICE, REQUEST).ceiling
VOTE = Usage(100, 20, 100 * 3 + 20 * 15)
BUSY = ModelUnavailable("HTTP 503", transient=True, retry_after=0)
REFUSED = ModelUnavailable("HTTP 429", billed=False, transient=True, retry_after=0)


class Purse:
    """An allowance of a certain amount."""

    def __init__(self, amount: int) -> None:
        self.amount = amount

    async def extend(self, amount: int) -> bool:
        if amount > self.amount:
            return False
        self.amount -= amount
        return True


async def ask(
    *steps: Step, price: Price | None = PRICE, allowance: Allowance = UNLIMITED, seconds: float = 5.0
) -> tuple[Completion | ModelError, Usage, int]:
    """Return the answer or the failure, what was used, and how many attempts were made."""
    model = FakeModel("acme/model", *steps)
    jury = Jury({model.ref: model}, None, panel_size=1, timeout=seconds, tariff=lambda _ref: price)
    try:
        answer, used = await jury.ask(model, REQUEST, jury.deadline(), allowance)
    except ModelError as error:
        return error, error.usage, len(model.asked)
    return answer, used, len(model.asked)


async def test_an_answer_counts_at_what_it_used() -> None:
    assert await ask(votes()) == (votes(), VOTE, 1)


async def test_an_answer_without_usage_counts_at_the_ceiling() -> None:
    unmetered = Completion("{}", Finish.STOP, metered=False)

    assert (await ask(unmetered))[1:] == (Usage(cost=CEILING), 1)
    assert (await ask(unmetered, price=None))[1:] == (Usage(unpriced=1), 1)
    assert (await ask(unmetered, price=Price(0, 0)))[1:] == (Usage(), 1)


@pytest.mark.parametrize(
    ("failure", "cost", "attempts"),
    [
        (ModelUnavailable("the response was not a completion"), CEILING, 1),
        (ModelUnavailable("HTTP 401", billed=False), 0, 1),
        (BUSY, 3 * CEILING, 3),
        (REFUSED, 0, 3),
        (ZeroDivisionError("a fault of the adapter"), CEILING, 1),
    ],
)
async def test_a_failed_attempt_counts_at_its_ceiling_unless_the_vendor_did_no_work(
    failure: Exception, cost: int, attempts: int
) -> None:
    error, used, asked = await ask(failure)

    assert isinstance(error, ModelError)
    assert (used, asked) == (Usage(cost=cost), attempts)
    assert attempts <= RETRIES + 1


async def test_the_failures_before_an_answer_are_part_of_what_it_used() -> None:
    assert await ask(BUSY, votes()) == (votes(), VOTE + Usage(cost=CEILING), 2)
    assert await ask(REFUSED, BUSY, votes()) == (votes(), VOTE + Usage(cost=CEILING), 3)
    assert await ask(BUSY, votes(), price=None) == (votes(), Usage(100, 20, 0, 1), 2)


@pytest.mark.parametrize(
    ("amount", "steps", "attempts", "left"),
    [
        (0, (BUSY, votes()), 1, 0),
        (CEILING - 1, (BUSY, votes()), 1, CEILING - 1),
        (CEILING, (BUSY, votes()), 2, 0),
        (CEILING, (BUSY, BUSY, votes()), 2, 0),
        (5 * CEILING, (BUSY, BUSY, votes()), 3, 3 * CEILING),
        # What was set aside for an attempt that cost nothing pays for the next.
        (0, (REFUSED, REFUSED, votes()), 3, 0),
        (CEILING, (BUSY, REFUSED, votes()), 3, 0),
        (CEILING, (REFUSED, BUSY, votes()), 3, 0),
    ],
)
async def test_a_retry_after_a_billed_attempt_is_set_aside_before_it_is_made(
    amount: int, steps: tuple[Step, ...], attempts: int, left: int
) -> None:
    purse = Purse(amount)

    answer, used, asked = await ask(*steps, allowance=purse)

    assert (asked, purse.amount) == (attempts, left)
    assert isinstance(answer, Completion) is (attempts == len(steps))
    assert used.cost <= CEILING + amount - left


async def test_what_costs_nothing_needs_no_allowance() -> None:
    assert (await ask(BUSY, votes(), price=Price(0, 0), allowance=Purse(0)))[2] == 2


async def test_a_failure_that_will_not_pass_is_not_tried_again() -> None:
    assert (await ask(ModelUnavailable("HTTP 500", transient=False), votes()))[2] == 1


@pytest.mark.parametrize(("wait", "least", "most"), [(None, 0.4, 3), (0.2, 0.2, 3), (0, 0, 0.2)])
async def test_the_vendor_says_how_long_to_wait(wait: float | None, least: float, most: float) -> None:
    began = time.monotonic()

    await ask(replace_wait(wait), votes())

    assert least <= time.monotonic() - began < most


def replace_wait(wait: float | None) -> ModelError:
    return ModelUnavailable("HTTP 429", billed=False, transient=True, retry_after=wait)


@pytest.mark.parametrize("wait", [5.0, 3_600.0, 1e300])
async def test_a_wait_beyond_the_deadline_is_not_begun(wait: float) -> None:
    began = time.monotonic()

    assert (await ask(replace_wait(wait), votes()))[2] == 1
    assert time.monotonic() - began < 2


async def test_an_answer_that_comes_too_late_counts_at_its_ceiling() -> None:
    error, used, asked = await ask(hangs, seconds=0.03)

    assert isinstance(error, ModelTimeout)
    assert (used, asked) == (Usage(cost=CEILING), 1)


async def test_nobody_is_asked_after_the_deadline() -> None:
    model = FakeModel("acme/model", votes())
    jury = Jury({model.ref: model}, None, panel_size=1, timeout=1.0, tariff=lambda _ref: PRICE)

    with pytest.raises(ModelTimeout) as raised:
        await jury.ask(model, REQUEST, asyncio.get_running_loop().time() - 0.01)

    assert (raised.value.usage, model.asked) == (Usage(), [])


async def test_the_deadline_also_ends_a_retry() -> None:
    error, used, asked = await ask(BUSY, hangs, seconds=0.05)

    assert (str(error), used, asked) == ("no answer within 0.05 s", Usage(cost=2 * CEILING), 2)


def test_a_search_has_a_higher_ceiling() -> None:
    assert estimate(PRICE, replace(REQUEST, searching=True)).ceiling > CEILING


async def test_an_allowance_that_answers_too_late_counts_as_refused_and_the_failure_is_told() -> None:
    class Slow:
        async def extend(self, _amount: int) -> bool:
            await asyncio.sleep(5)
            return True

    began = time.monotonic()
    error, used, asked = await ask(BUSY, votes(), allowance=Slow(), seconds=0.1)

    assert (str(error), used, asked) == ("HTTP 503", Usage(cost=CEILING), 1)
    assert time.monotonic() - began < 2


async def test_a_model_that_is_not_ready_by_the_deadline_costs_nothing() -> None:
    class Importing(FakeModel):
        async def make_ready(self) -> None:
            await asyncio.sleep(5)

    model = Importing("acme/model", votes())
    jury = Jury({model.ref: model}, None, panel_size=1, timeout=0.05, tariff=lambda _ref: PRICE)

    with pytest.raises(ModelTimeout) as raised:
        await jury.ask(model, REQUEST, jury.deadline())

    assert (str(raised.value), raised.value.usage, model.asked) == ("no answer within 0.05 s", Usage(), [])
