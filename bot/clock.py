"""The clock, and the ticks at which the worker looks for due work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

TICK = 5.0
"""Seconds between two ticks. Due work is stored in rows, so a missed tick loses nothing."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Ticker:
    """Calls `wake` at every tick, from `start` to `stop`."""

    def __init__(self, wake: Callable[[], None], seconds: float = TICK) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(_tick, "interval", [wake], seconds=seconds, misfire_grace_time=None, coalesce=True)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


async def _tick(wake: Callable[[], None]) -> None:
    # A coroutine, so that APScheduler runs it on the event loop: an asyncio.Event must not be set from a thread.
    wake()
