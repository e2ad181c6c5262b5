"""The ticks: a slow machine loses none of them, and they run on the event loop."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, timedelta

from bot.clock import TICK, SystemClock, Ticker


def test_the_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
    assert SystemClock().now().tzinfo is UTC


async def test_a_late_tick_still_runs_and_several_late_ones_run_once() -> None:
    ticker = Ticker(lambda: None)
    ticker.start()
    try:
        (job,) = ticker._scheduler.get_jobs()
        # By default APScheduler drops a run that is a second late.
        assert job.misfire_grace_time is None
        assert job.coalesce is True
        assert job.trigger.interval == timedelta(seconds=TICK)
    finally:
        ticker.stop()


async def test_it_ticks_repeatedly_in_the_loops_own_thread() -> None:
    called_in: list[int] = []
    twice = asyncio.Event()

    def wake() -> None:
        called_in.append(threading.get_ident())
        if len(called_in) > 1:
            twice.set()

    ticker = Ticker(wake, seconds=0.01)
    ticker.start()
    try:
        async with asyncio.timeout(20):
            await twice.wait()
    finally:
        ticker.stop()
    assert set(called_in) == {threading.get_ident()}


async def test_it_is_silent_before_start_and_after_stop() -> None:
    wakes = 0

    def wake() -> None:
        nonlocal wakes
        wakes += 1

    ticker = Ticker(wake, seconds=0.01)
    await asyncio.sleep(0.05)
    assert wakes == 0
    ticker.start()
    ticker.stop()
    await asyncio.sleep(0)
    before = wakes
    await asyncio.sleep(0.05)
    assert wakes == before
