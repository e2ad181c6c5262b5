"""The bot's background worker: holds due hearings and delivers the messages in the outbox.

It never runs inside an interaction and keeps no work in memory: whatever it does next is stored as a row.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from court.announcements.delivery import AnnouncementService
from court.errors import CourtError
from court.hearings.queue import HearingQueueService

log = logging.getLogger(__name__)

HEARINGS_AT_ONCE = 4
GRACE = 5.0
"""Seconds that running work gets to finish when the bot stops."""

Work = Callable[[], Awaitable[bool]]


class Worker:
    """Processes the hearing queue and the outbox side by side, and sleeps until it is woken."""

    def __init__(self) -> None:
        self._bells: list[asyncio.Event] = []
        self._runners: list[asyncio.Task[None]] = []
        self._busy = 0
        self._rest = asyncio.Event()
        self._stopping = False
        self._queue: HearingQueueService | None = None

    def wake(self) -> None:
        """Make every runner look for work. Cheap, and safe to call at any time."""
        self._rest.clear()
        for bell in self._bells:
            bell.set()

    async def idle(self) -> None:
        """Wait until no runner is busy or has been woken for work."""
        await self._rest.wait()

    async def start(self, queue: HearingQueueService, announcements: AnnouncementService) -> None:
        """Release what a killed process had claimed, then start.

        Raises:
            StorageError: when the record cannot be written.
        """
        heard, told = await queue.recover(), await announcements.recover()
        if heard or told:
            log.info("resuming after an unclean stop: %d hearings, %d messages", heard, told)
        self._stopping, self._queue = False, queue
        works: list[Work] = [announcements.deliver_next, *[queue.hold_next] * HEARINGS_AT_ONCE]
        for work in works:
            bell = asyncio.Event()
            bell.set()
            self._bells.append(bell)
            self._runners.append(asyncio.create_task(self._run(work, bell)))

    async def stop(self) -> None:
        """Let running work finish within `GRACE`, then cancel it. Cancelled work is claimed and done again.

        Results of hearings that could not be recorded until now are tried for the last time.
        """
        self._stopping = True
        self.wake()
        if self._runners:
            _, late = await asyncio.wait(self._runners, timeout=GRACE)
            for runner in late:
                runner.cancel()
            await asyncio.gather(*self._runners, return_exceptions=True)
        self._runners.clear()
        self._bells.clear()
        if self._queue is not None:
            await self._queue.close()
            self._queue = None

    async def _run(self, work: Work, bell: asyncio.Event) -> None:
        while True:
            await bell.wait()
            if self._stopping:
                return
            bell.clear()
            self._busy += 1
            try:
                while await work():
                    if self._stopping:
                        return
            except CourtError as error:
                log.error("work failed, waiting for the next tick: %s", error)  # noqa: TRY400 - the message is enough
            except Exception:
                log.exception("work failed, waiting for the next tick")
            finally:
                self._busy -= 1
                if not self._busy and not any(other.is_set() for other in self._bells):
                    self._rest.set()
