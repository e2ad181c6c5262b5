"""What the record says about the work that waits and the money that is spent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from court.errors import StorageError
from court.hearings.budget import periods
from court.models.work import Backlog
from court.ports import Clock, Store

log = logging.getLogger(__name__)

FRESH = 5.0
"""Seconds for which a reading is used again."""
PATIENCE = 2.0
"""Seconds to wait for the record."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. Money is in millionths of a US dollar, for all servers together."""

    backlog: Backlog
    spent_today: int
    spent_this_month: int


class Readings:
    """Reads the record, at most one reading at a time, so that a record that hangs is not asked again and again."""

    def __init__(self, store: Store, clock: Clock, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._now = now
        self._reading: asyncio.Task[Reading | None] | None = None
        self._last: Reading | None = None
        self._read_at: float | None = None

    async def latest(self) -> Reading | None:
        """Return what the record says, or said `FRESH` seconds ago at most. None if it cannot be read just now."""
        if self._read_at is not None and self._now() - self._read_at < FRESH:
            return self._last
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        done, _ = await asyncio.wait([self._reading], timeout=PATIENCE)
        return self._reading.result() if done else None

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading

    async def _read(self) -> Reading | None:
        now = self._clock.now()
        day, month = periods(now)
        try:
            async with self._store.reading() as repos:
                self._last = Reading(
                    await repos.backlogs.at(now), await repos.charges.spent(day), await repos.charges.spent(month)
                )
        except StorageError as error:
            log.warning("the record could not be read to see how the bot is: %s", error)
            self._last = None
        self._read_at = self._now()
        return self._last
