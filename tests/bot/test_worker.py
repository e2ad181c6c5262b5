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
from bot.settings import HEARINGS_AT_ONCE
from bot.worker import Worker
from court.announcements.delivery import DELIVERIES_AT_ONCE, AnnouncementService
from court.errors import StorageError
from court.hearings.queue import HearingQueueService

PATIENCE = 20.0

Job = Callable[[], Awaitable[None]]


class FakeService:
    """Stands in for both services: holds pieces of work, each of which is done once.

    Attributes:
        recovered: how often it was asked to release what was claimed.
        claims: how much a killed process had claimed.
        looks: how often it was asked for work.
        closed: whether it was closed, with no piece of work under way.
    """

    def __init__(self, *jobs: Job) -> None:
        self._jobs = list(jobs)
        self.recovered = 0
        self.claims = 0
        self.looks = 0
        self.under_way = 0
        self.closed = False

    def add(self, job: Job) -> None:
        self._jobs.append(job)

    @property
    def empty(self) -> bool:
        return not self._jobs

    async def recover(self) -> int:
        self.recovered += 1
        return self.claims

    async def _next(self, claimed: Callable[[], None]) -> bool:
        self.looks += 1
        await asyncio.sleep(0)  # a query of the record would let others run here
        if not self._jobs:
            return False
        job = self._jobs.pop(0)
        claimed()
        self.under_way += 1
        try:
            await job()
        finally:
            self.under_way -= 1
        return True

    async def close(self) -> None:
        self.closed = not self.under_way

    hold_next = deliver_next = _next


class Jobs:
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

    def lasting(self, until: asyncio.Event) -> Job:
        async def job() -> None:
            self.begun.release()
            await until.wait()
            self.done.set()

        return job


async def at_once() -> None:
    """Return at once: everything is ready."""


@asynccontextmanager
async def working(
    queue: FakeService, announcements: FakeService | None = None, hearings_at_once: int = HEARINGS_AT_ONCE
) -> AsyncIterator[Worker]:
    worker = Worker(hearings_at_once)
    await worker.start(
        cast(HearingQueueService, queue), cast(AnnouncementService, announcements or FakeService()), at_once
    )
    try:
        async with asyncio.timeout(PATIENCE):
            yield worker
    finally:
        await worker.stop()


async def test_what_waits_at_the_start_is_done() -> None:
    heard, delivered = Jobs(), Jobs()
    async with working(FakeService(heard.quick), FakeService(delivered.quick)):
        await heard.done.wait()
        await delivered.done.wait()


async def test_nothing_is_done_before_it_is_known_which_servers_are_served() -> None:
    jobs, known = Jobs(), asyncio.Event()
    queue = FakeService(jobs.quick)
    worker = Worker()

    async def ready() -> None:
        await known.wait()

    await worker.start(cast(HearingQueueService, queue), cast(AnnouncementService, FakeService()), ready)
    await asyncio.sleep(0.02)
    assert (queue.recovered, queue.looks) == (1, 0)
    known.set()
    async with asyncio.timeout(PATIENCE):
        await jobs.done.wait()
    await worker.stop()


async def test_a_worker_that_waits_to_begin_stops_at_once() -> None:
    worker = Worker()

    async def never() -> None:
        await asyncio.Event().wait()

    await worker.start(cast(HearingQueueService, FakeService()), cast(AnnouncementService, FakeService()), never)
    async with asyncio.timeout(1):
        await worker.stop()


async def test_due_work_is_found_at_a_tick_without_a_wake() -> None:
    jobs, service = Jobs(), FakeService()
    async with working(service) as worker:
        await worker.idle()
        service.add(jobs.quick)
        await asyncio.sleep(0.02)
        assert not service.empty
        ticker = Ticker(worker.wake, seconds=0.01)
        ticker.start()
        try:
            await jobs.done.wait()
        finally:
            ticker.stop()


async def test_a_wake_is_enough() -> None:
    jobs, service = Jobs(), FakeService()
    async with working(service) as worker:
        await worker.idle()
        service.add(jobs.quick)
        worker.wake()
        await jobs.done.wait()


async def test_a_wake_during_work_is_not_lost() -> None:
    jobs, first, gate = Jobs(), Jobs(), asyncio.Event()
    announcements = FakeService(*[first.lasting(gate)] * DELIVERIES_AT_ONCE)
    async with working(FakeService(), announcements) as worker:
        for _ in range(DELIVERIES_AT_ONCE):
            await first.begun.acquire()
        # All runners are busy. They looked before this was added, and one of them must look again.
        announcements.add(jobs.quick)
        worker.wake()
        gate.set()
        await jobs.done.wait()


async def test_while_there_is_nothing_to_do_only_one_runner_of_each_kind_looks() -> None:
    queue, announcements = FakeService(), FakeService()
    async with working(queue, announcements) as worker:
        await worker.idle()
        for number in range(1, 6):
            assert (queue.looks, announcements.looks) == (number, number)
            worker.wake()
            await worker.idle()


async def test_work_that_is_found_while_others_are_busy_is_begun_beside_it() -> None:
    slow, quick, gate = Jobs(), Jobs(), asyncio.Event()
    announcements = FakeService(slow.lasting(gate))
    async with working(FakeService(), announcements) as worker:
        await slow.begun.acquire()
        for _ in range(3):
            quick.done.clear()
            announcements.add(quick.quick)
            worker.wake()
            await quick.done.wait()
        gate.set()


async def test_hearings_are_held_side_by_side_and_beside_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    hearings, delivered = Jobs(), Jobs()
    service = FakeService(*[hearings.endless] * HEARINGS_AT_ONCE)
    async with working(service, FakeService(delivered.quick)):
        for _ in range(HEARINGS_AT_ONCE):
            await hearings.begun.acquire()
        await delivered.done.wait()
    assert hearings.cut_off == HEARINGS_AT_ONCE


async def test_no_more_hearings_are_held_at_once_than_the_host_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    hearings = Jobs()
    async with working(FakeService(*[hearings.endless] * 5), hearings_at_once=3) as worker:
        for _ in range(3):
            await hearings.begun.acquire()
        worker.wake()
        await asyncio.sleep(0.02)
    assert hearings.cut_off == 3


@pytest.mark.parametrize("error", [StorageError("court.sqlite3: the disk is full"), RuntimeError("a fault of ours")])
async def test_a_failure_costs_one_look_and_is_logged(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        raise error

    jobs, service = Jobs(), FakeService(failing)
    with caplog.at_level(logging.ERROR, logger="bot.worker"):
        async with working(FakeService(), service) as worker:
            await worker.idle()
            assert service.empty
            service.add(jobs.quick)
            worker.wake()
            await jobs.done.wait()
    (record,) = caplog.records
    text = logging.Formatter().format(record)
    assert str(error) in text
    # What a host can fix is one line; what we must fix has a traceback.
    assert ("Traceback" in text) == isinstance(error, RuntimeError)


async def test_idle_waits_for_work_under_way() -> None:
    jobs, gate = Jobs(), asyncio.Event()
    async with working(FakeService(jobs.lasting(gate))) as worker:
        await jobs.begun.acquire()
        waiting = asyncio.create_task(worker.idle())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        gate.set()
        await waiting
        assert jobs.done.is_set()


async def test_stop_lets_work_end_within_the_grace_and_begins_no_more() -> None:
    jobs, gate, never = Jobs(), asyncio.Event(), Jobs()
    service = FakeService(jobs.lasting(gate))
    async with working(FakeService(), service) as worker:
        await jobs.begun.acquire()
        await asyncio.sleep(0.02)  # the next runner has looked, and rests
        service.add(never.quick)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.02)
        assert not stopping.done()
        gate.set()
        await stopping
    assert jobs.done.is_set()
    assert not never.done.is_set()


async def test_stop_cuts_off_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    jobs = Jobs()
    async with working(FakeService(jobs.endless)) as worker:
        await jobs.begun.acquire()
        began = asyncio.get_running_loop().time()
        await worker.stop()
        assert 0.05 <= asyncio.get_running_loop().time() - began < 1
    assert jobs.cut_off == 1


async def test_the_queue_is_closed_once_nothing_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.worker, "GRACE", 0.05)
    jobs = Jobs()
    queue = FakeService(jobs.endless)
    async with working(queue):
        await jobs.begun.acquire()
        assert not queue.closed
    assert queue.closed


async def test_a_stopped_worker_stops_looking_and_can_start_again() -> None:
    jobs, service = Jobs(), FakeService()
    async with working(service) as worker:
        await worker.idle()
        await worker.stop()
        looks = service.looks
        service.add(jobs.quick)
        worker.wake()
        await asyncio.sleep(0.02)
        assert service.looks == looks
        await worker.start(cast(HearingQueueService, service), cast(AnnouncementService, FakeService()), at_once)
        await jobs.done.wait()


async def test_what_a_killed_process_had_claimed_is_released_first(caplog: pytest.LogCaptureFixture) -> None:
    queue, announcements = FakeService(), FakeService()
    queue.claims, announcements.claims = 2, 3
    with caplog.at_level(logging.INFO, logger="bot.worker"):
        async with working(queue, announcements):
            assert (queue.recovered, announcements.recovered) == (1, 1)
    assert "2 hearings, 3 messages" in caplog.text
