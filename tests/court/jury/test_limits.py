"""How many attempts may be in flight at a vendor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.errors import ModelTimeout, ModelUnavailable
from court.jury.limits import NO_BOUND, NO_TURN, Gate, VendorLimits

SOON = 60.0


def now() -> float:
    return asyncio.get_running_loop().time()


async def attempt(limits: VendorLimits, work: Callable[[], None] = lambda: None, provider: str = "acme") -> None:
    async with limits.turn(provider, now() + SOON):
        await asyncio.sleep(0)
        work()


def refuse(wait: float | None = None) -> Callable[[], None]:
    def work() -> None:
        raise ModelUnavailable("HTTP 429", billed=False, limited=True, retry_after=wait)

    return work


@asynccontextmanager
async def held(limits: VendorLimits, number: int) -> AsyncIterator[None]:
    """Keep so many attempts in flight."""
    done = asyncio.Event()

    async def hold() -> None:
        async with limits.turn("acme", now() + SOON):
            await done.wait()

    tasks = [asyncio.create_task(hold()) for _ in range(number)]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        done.set()
        await asyncio.gather(*tasks)


async def test_without_a_refusal_there_is_no_bound() -> None:
    limits = VendorLimits()
    async with held(limits, 300):
        assert not limits.crowded
        await attempt(limits)


async def test_a_refusal_halves_what_may_be_in_flight_and_a_burst_of_them_counts_once() -> None:
    gate = Gate()
    for _ in range(8):
        await gate.enter(now() + SOON)
    began = now()
    for _ in range(3):
        gate.refused(began, now(), 0.0)
        gate.leave()
        await asyncio.sleep(0.001)
    assert gate.bound == 4
    gate.refused(now(), now(), 0.0)
    assert gate.bound == 2


async def test_those_who_wait_enter_in_their_order_when_others_leave() -> None:
    limits, entered = VendorLimits(), list[int]()
    with pytest.raises(ModelUnavailable):
        await attempt(limits, refuse())
    async with held(limits, 1):
        waiting = [asyncio.create_task(attempt(limits, partial(entered.append, number))) for number in range(3)]
        await asyncio.sleep(0.01)
        assert limits.crowded
        assert entered == []
        await attempt(limits, provider="another")
    await asyncio.gather(*waiting)
    assert entered == [0, 1, 2]
    assert not limits.crowded


async def test_a_vendor_is_left_alone_for_as_long_as_it_wants() -> None:
    limits = VendorLimits()
    with pytest.raises(ModelUnavailable):
        await attempt(limits, refuse(0.05))
    began = now()
    await asyncio.gather(attempt(limits), attempt(limits))
    assert now() - began >= 0.045


async def test_a_vendor_that_wants_to_be_left_alone_beyond_the_deadline_is_given_up_at_once() -> None:
    limits = VendorLimits()
    with pytest.raises(ModelUnavailable):
        await attempt(limits, refuse(3_600))
    began = now()
    with pytest.raises(ModelUnavailable, match=NO_TURN) as caught:
        await attempt(limits)
    assert now() - began < 1
    assert not caught.value.billed
    assert not limits.crowded


async def test_who_gets_no_turn_before_the_deadline_is_not_billed_and_leaves_no_trace() -> None:
    limits = VendorLimits()
    with pytest.raises(ModelUnavailable):
        await attempt(limits, refuse())
    async with held(limits, 1):
        with pytest.raises(ModelTimeout, match=NO_TURN) as caught:
            async with limits.turn("acme", now() + 0.01):
                pytest.fail("there is no turn")
        assert not caught.value.billed
        cancelled = asyncio.create_task(attempt(limits))
        await asyncio.sleep(0)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert not limits.crowded
    await asyncio.wait_for(attempt(limits), 1)


async def test_who_is_cancelled_at_the_moment_of_admission_gives_the_turn_to_the_next() -> None:
    gate = Gate()
    gate.bound = 1.0
    await gate.enter(now() + SOON)
    first, second = (asyncio.create_task(gate.enter(now() + SOON)) for _ in range(2))
    await asyncio.sleep(0)
    gate.leave()
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert gate.in_flight == 1


async def test_other_failures_teach_nothing() -> None:
    limits = VendorLimits()

    def fail() -> None:
        raise ModelUnavailable("HTTP 500", transient=True)

    with pytest.raises(ModelUnavailable):
        await attempt(limits, fail)
    async with held(limits, 10):
        assert not limits.crowded


def test_answers_let_the_bound_grow_by_one_a_round_until_it_is_dropped() -> None:
    gate = Gate()
    gate.answered()
    assert gate.bound is None
    gate.bound = 4.0
    for _ in range(4):
        gate.answered()
    assert 4.9 < (gate.bound or 0) <= 5
    gate.bound = NO_BOUND - 0.001
    gate.answered()
    assert gate.bound is None


@given(st.lists(st.sampled_from(["answered", "refused"]), max_size=60), st.integers(0, 40))
def test_a_bound_is_never_below_one(events: list[str], in_flight: int) -> None:
    gate, at = Gate(), 0.0
    gate.in_flight = in_flight
    for event in events:
        at += 1
        before = gate.bound
        if event == "answered":
            gate.answered()
            assert before is None or gate.bound is None or gate.bound > before
        else:
            gate.refused(at, at, 0.0)
            assert gate.bound == max(1, in_flight // 2)
        assert gate.bound is None or gate.bound >= 1
