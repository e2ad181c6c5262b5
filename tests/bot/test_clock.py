"""The ticks: a slow machine loses none of them, and they run on the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import apscheduler.schedulers.base
import pytest

import bot.clock
from bot.clock import JUMP, TICK, SystemClock, Ticker
from court.errors import StorageError


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


class Wall(datetime):
    """The machine's clock, which a test can set."""

    off = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + Wall.off


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    """Have APScheduler and the court read a clock that a test can set."""
    monkeypatch.setattr(Wall, "off", timedelta())
    monkeypatch.setattr(bot.clock, "datetime", Wall)
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Wall)
    return Wall


@pytest.mark.parametrize("days", [-700, -1, 1, 700])
async def test_it_goes_on_ticking_however_the_clock_jumps(wall: type[Wall], days: int) -> None:
    ticks = asyncio.Semaphore(0)
    ticker = Ticker(ticks.release, seconds=0.02)
    ticker.start()
    try:
        async with asyncio.timeout(10):
            for off in (timedelta(), timedelta(days=days), timedelta(), timedelta(hours=-1), timedelta(seconds=-30)):
                wall.off = off
                for _ in range(3):
                    await ticks.acquire()
    finally:
        ticker.stop()


async def test_a_jump_is_told_once_and_by_how_much(wall: type[Wall]) -> None:
    told: asyncio.Queue[timedelta] = asyncio.Queue()
    ticker = Ticker(lambda: None, seconds=0.02, on_jump=told.put)
    ticker.start()
    try:
        async with asyncio.timeout(10):
            await asyncio.sleep(0.05)
            for off in (timedelta(days=-1), timedelta(days=2)):
                before, wall.off = wall.off, off
                jumped = await told.get()
                assert abs(jumped - (off - before)) < timedelta(seconds=1)
            wall.off += JUMP / 2
            await asyncio.sleep(0.1)
            assert told.empty()
    finally:
        ticker.stop()


async def test_a_bug_in_what_follows_a_jump_stops_no_tick(wall: type[Wall], caplog: pytest.LogCaptureFixture) -> None:
    ticks, told = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def on_jump(_by: timedelta) -> None:
        told.release()
        raise ZeroDivisionError

    ticker = Ticker(ticks.release, seconds=0.02, on_jump=on_jump)
    ticker.start()
    try:
        async with asyncio.timeout(10):
            for days in (2, -2):
                await ticks.acquire()
                wall.off = timedelta(days=days)
                await told.acquire()
                for _ in range(3):
                    await ticks.acquire()
    finally:
        ticker.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "the clock jumped, and what follows from it failed"
    ] * 2


async def test_what_follows_a_jump_is_tried_until_it_is_done(
    wall: type[Wall], caplog: pytest.LogCaptureFixture
) -> None:
    told: list[timedelta] = []
    done = asyncio.Event()

    async def on_jump(by: timedelta) -> None:
        told.append(by)
        if len(told) < 3:
            raise StorageError("the disk is full")
        done.set()

    ticker = Ticker(lambda: None, seconds=0.02, on_jump=on_jump)
    ticker.start()
    try:
        async with asyncio.timeout(10):
            await asyncio.sleep(0.05)
            wall.off = timedelta(days=3)
            await done.wait()
            await asyncio.sleep(0.1)
    finally:
        ticker.stop()
    assert [round(by / timedelta(days=1)) for by in told] == [3, 3, 3]
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["the clock jumped, and nothing could be done about it yet: the disk is full"] * 2
