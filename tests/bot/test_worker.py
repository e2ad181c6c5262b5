"""The worker: it finds due work, survives failures, and stops in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest

import bot.worker
from bot.clock import Ticker
from bot.worker import HEARINGS_AT_ONCE, Worker
from court.announcements.delivery import AnnouncementService
from court.errors import StorageError
from court.hearings.queue import HearingQueueService

PATIENCE = 20.0

Deed = Callable[[], Awaitable[None]]


class Desk:
    """Stands in for both services: holds pieces of work, each of which is done once.

    Attributes:
        recovered: how often it was asked to release what was claimed.
        claims: how much a killed process had claimed.
        looks: how often it was asked for work.
    """

    def __init__(self, *deeds: Deed) -> None:
        self._deeds = list(deeds)
        self.recovered = 0
        self.claims = 0
        self.looks = 0

    def lay(self, deed: Deed) -> None:
        self._deeds.append(deed)

    @property
    def empty(self) -> bool:
        return not self._deeds

    async def recover(self) -> int:
        self.recovered += 1
        return self.claims

    async def _next(self) -> bool:
        self.looks += 1
        await asyncio.sleep(0)  # a query of the record would let others run here
        if not self._deeds:
            return False
        await self._deeds.pop(0)()
        return True

    hold_next = deliver_next = _next


class Deeds:
    """Pieces of work, and what became of them."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.done = asyncio.Event()
        self.cut_off = 0

    async def quick(self) -> None:
        self.done.set()

    async def endless(self) -> None:
        self.begun.release()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cut_off += 1
            raise

    def lasting(self, until: asyncio.Event) -> Deed:
        async def deed() -> None:
            self.begun.release()
            await until.wait()
            self.done.set()

        return deed


@asynccontextmanager
async def working(queue: Desk, announcements: Desk | None = None) -> AsyncIterator[Worker]:
    worker = Worker()
    await worker.start(cast(HearingQueueService, queue), cast(AnnouncementService, announcements or Desk()))
    try:
        async with asyncio.timeout(PATIENCE):
            yield worker
    finally:
        await worker.stop()


async def test_what_waits_at_the_start_is_done() -> None:
    heard, told = Deeds(), Deeds()
    async with working(Desk(heard.quick), Desk(told.quick)):
        await heard.done.wait()
        await told.done.wait()


async def test_due_work_is_found_at_a_tick_without_a_wake() -> None:
    deeds, desk = Deeds(), Desk()
    async with working(desk) as worker:
        await worker.idle()
        desk.lay(deeds.quick)
        await asyncio.sleep(0.02)
        assert not desk.empty
        ticker = Ticker(worker.wake, seconds=0.01)
        ticker.start()
        try:
            await deeds.done.wait()
        finally:
            ticker.stop()


async def test_a_wake_is_enough() -> None:
    deeds, desk = Deeds(), Desk()
    async with working(desk) as worker:
        await worker.idle()
        desk.lay(deeds.quick)
        worker.wake()
        await deeds.done.wait()


async def test_a_wake_during_work_is_not_lost() -> None:
    deeds, first, gate = Deeds(), Deeds(), asyncio.Event()
    queue, announcements = Desk(), Desk(first.lasting(gate))
    async with working(queue, announcements) as worker:
        await first.begun.acquire()
        # The outbox's only runner is busy. It looked before this was added, and must look again.
        announcements.lay(deeds.quick)
        worker.wake()
        gate.set()
        await deeds.done.wait()


async def test_hearings_are_held_side_by_side_and_beside_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    hearings, told = Deeds(), Deeds()
    desk = Desk(*[hearings.endless] * HEARINGS_AT_ONCE)
    async with working(desk, Desk(told.quick)):
        for _ in range(HEARINGS_AT_ONCE):
            await hearings.begun.acquire()
        await told.done.wait()
    assert hearings.cut_off == HEARINGS_AT_ONCE


@pytest.mark.parametrize("error", [StorageError("court.sqlite3: the disk is full"), RuntimeError("a fault of ours")])
async def test_a_failure_costs_one_look_and_is_logged(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        raise error

    deeds, desk = Deeds(), Desk(failing)
    with caplog.at_level(logging.ERROR, logger="bot.worker"):
        async with working(Desk(), desk) as worker:
            await worker.idle()
            assert desk.empty
            desk.lay(deeds.quick)
            worker.wake()
            await deeds.done.wait()
    (record,) = caplog.records
    text = logging.Formatter().format(record)
    assert str(error) in text
    # What a host can fix is one line; what we must fix has a traceback.
    assert ("Traceback" in text) == isinstance(error, RuntimeError)


async def test_idle_waits_for_work_under_way() -> None:
    deeds, gate = Deeds(), asyncio.Event()
    async with working(Desk(deeds.lasting(gate))) as worker:
        await deeds.begun.acquire()
        waiting = asyncio.create_task(worker.idle())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        gate.set()
        await waiting
        assert deeds.done.is_set()


async def test_stop_lets_work_end_within_the_grace_and_begins_no_more() -> None:
    deeds, gate, never = Deeds(), asyncio.Event(), Deeds()
    desk = Desk(deeds.lasting(gate))
    async with working(Desk(), desk) as worker:
        await deeds.begun.acquire()
        desk.lay(never.quick)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.02)
        assert not stopping.done()
        gate.set()
        await stopping
    assert deeds.done.is_set()
    assert not never.done.is_set()


async def test_stop_cuts_off_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    deeds = Deeds()
    async with working(Desk(deeds.endless)) as worker:
        await deeds.begun.acquire()
        began = asyncio.get_running_loop().time()
        await worker.stop()
        assert 0.05 <= asyncio.get_running_loop().time() - began < 1
    assert deeds.cut_off == 1


async def test_a_stopped_worker_stops_looking_and_can_start_again() -> None:
    deeds, desk = Deeds(), Desk()
    async with working(desk) as worker:
        await worker.idle()
        await worker.stop()
        looks = desk.looks
        desk.lay(deeds.quick)
        worker.wake()
        await asyncio.sleep(0.02)
        assert desk.looks == looks
        await worker.start(cast(HearingQueueService, desk), cast(AnnouncementService, Desk()))
        await deeds.done.wait()


async def test_what_a_killed_process_had_claimed_is_released_first(caplog: pytest.LogCaptureFixture) -> None:
    queue, announcements = Desk(), Desk()
    queue.claims, announcements.claims = 2, 3
    with caplog.at_level(logging.INFO, logger="bot.worker"):
        async with working(queue, announcements):
            assert (queue.recovered, announcements.recovered) == (1, 1)
    assert "2 hearings, 3 messages" in caplog.text
