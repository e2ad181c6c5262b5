"""Readings of the record: kept for some seconds, one at a time, and none where the record hangs or fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.health import readings as module
from bot.health.readings import FRESH, Readings
from court.errors import StorageError
from court.ports import Repositories
from tests.court.house import House
from tests.fakes.world import FakeClock


class Hanging:
    """A store that never answers."""

    exclusive = True
    asked = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError("it never answers")
        yield

    writing = reading


async def test_a_reading_says_what_waits_and_what_is_spent() -> None:
    async with House() as house:
        await house.set_up()
        case = await house.docketed()
        month = house.clock.now().replace(day=1)
        async with house.store.writing() as repos:
            await repos.charges.reserve(7, case.id, month, 300)
            await repos.charges.reserve(7, case.id, house.clock.now(), 20)
        readings = Readings(house.store, house.clock)
        reading = await readings.latest()
        await readings.close()
    assert reading is not None
    assert (reading.spent_today, reading.spent_this_month) == (20, 320)
    assert reading.backlog.hearings_late == 1
    assert reading.backlog.dispatches_waiting >= 1


async def test_a_reading_is_used_again_for_some_seconds() -> None:
    now = 0.0
    async with House() as house:
        readings = Readings(house.store, house.clock, lambda: now)
        first = await readings.latest()
        await house.set_up()
        await house.docketed()
        now = FRESH - 1
        assert await readings.latest() is first
        now = FRESH
        again = await readings.latest()
    assert again is not None
    assert again.backlog.hearings_waiting == 1


async def test_a_record_that_fails_is_read_again_later(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    async with House() as house:
        readings = Readings(house.store, house.clock, lambda: now)
        house.store.fail("backlogs.at", StorageError("the disk failed"))
        assert await readings.latest() is None
        assert "could not be read to see how the bot is: the disk failed" in caplog.text
        assert await readings.latest() is None
        now = FRESH
        assert await readings.latest() is not None


async def test_a_record_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    store = Hanging()
    readings = Readings(store, FakeClock())
    assert [await readings.latest() for _ in range(3)] == [None] * 3
    assert store.asked == 1
    await readings.close()
