"""The clock, and the ticks at which the worker looks for due work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from court.errors import CourtError
from court.ports import Clock

log = logging.getLogger(__name__)

TICK = 5.0
"""Seconds between two ticks. Due work is stored in rows, so a missed tick loses nothing."""

JUMP = timedelta(minutes=1)
"""How far the clock may be off between two ticks. What is more is a jump: it was set, or the machine was asleep."""

OnJump = Callable[[timedelta], Awaitable[None]]


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires again some time after it fired.

    APScheduler's own interval trigger counts every time that was missed: after a jump of two years, twelve million,
    and meanwhile the event loop stands still.
    """

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self.interval


class Ticker:
    """Calls `wake` at every tick, from `start` to `stop`, however the machine's clock is set meanwhile.

    APScheduler waits for a time of day. After a clock was set back by a day, it would sleep for a day. So the ticker
    also checks it against the event loop's clock, which never jumps.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        seconds: float = TICK,
        *,
        clock: Clock | None = None,
        on_jump: OnJump | None = None,
    ) -> None:
        """Set up the ticks.

        Args:
            wake: called at every tick, on the event loop.
            seconds: the time between two ticks.
            clock: the clock whose jumps are noticed.
            on_jump: told by how much the clock jumped: a negative time is back. It is called again at the next tick
                if it raises a `CourtError`; any other error is logged.
        """
        self._wake = wake
        self._ticked = 0.0
        self._clock = clock or SystemClock()
        self._on_jump = on_jump
        self._seconds = seconds
        self._watching: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        trigger = _Every(timedelta(seconds=seconds))
        self._job = self._scheduler.add_job(self._tick, trigger, misfire_grace_time=None, coalesce=True)

    def start(self) -> None:
        self._ticked = asyncio.get_running_loop().time()
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
        if self._watching is not None:
            self._watching.cancel()

    def since_tick(self) -> float:
        """Return how many seconds ago the last tick was, or the start if there was none yet."""
        return asyncio.get_running_loop().time() - self._ticked

    async def _tick(self) -> None:
        # A coroutine, so that APScheduler runs it on the event loop: an asyncio.Event must not be set from a thread.
        self._ticked = asyncio.get_running_loop().time()
        self._wake()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        began, jumped = self._clock.now() - timedelta(seconds=loop.time()), timedelta()
        while True:
            await asyncio.sleep(self._seconds)
            self._keep_awake()
            begins = self._clock.now() - timedelta(seconds=loop.time())
            if abs(begins - began) > JUMP:
                jumped += begins - began
            began = begins
            if jumped and await self._told(jumped):
                jumped = timedelta()

    def _keep_awake(self) -> None:
        now = SystemClock().now()
        if self._job.next_run_time > now + timedelta(seconds=self._seconds):
            self._job.modify(next_run_time=now)

    async def _told(self, jumped: timedelta) -> bool:
        if self._on_jump is None:
            return True
        try:
            await self._on_jump(jumped)
        except CourtError as error:
            log.error("the clock jumped, and nothing could be done about it yet: %s", error)  # noqa: TRY400
            return False
        except Exception:
            # Trying a bug of ours again would not help, and the ticks have to go on.
            log.exception("the clock jumped, and what follows from it failed")
        return True
