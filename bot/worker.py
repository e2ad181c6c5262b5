"""The bot's background worker: holds due hearings and delivers the messages in the outbox.

It never runs inside an interaction and keeps no work in memory: whatever it does next is stored as a row.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.settings import HEARINGS_AT_ONCE
from court.announcements.delivery import DELIVERIES_AT_ONCE, AnnouncementService
from court.errors import CourtError
from court.hearings.queue import HearingQueueService

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds that running work gets to finish when the bot stops."""

Ready = Callable[[], Awaitable[None]]
"""Returns once Discord can be reached and it is known which servers are served."""

Claimed = Callable[[], None]
Work = Callable[[Claimed], Awaitable[bool]]
"""Does what is next, and returns whether there was anything. It calls its argument once it has claimed something."""


class _Runners:
    """The runners of one kind of work. Of those that have nothing to do, one looks; if it finds work, so does another.

    If all of them looked each time, a record that is slow or locked would be busy with their questions alone.
    """

    def __init__(self, work: Work, size: int) -> None:
        self.work = work
        self.bells = [asyncio.Event() for _ in range(size)]
        self.resting: set[asyncio.Event] = set()

    def wake_one(self) -> None:
        """Make one more runner look for work. If none rests, one of them looks again when it is done."""
        sleeping = (bell for bell in self.bells if bell in self.resting and not bell.is_set())
        next(sleeping, self.bells[0]).set()


class Worker:
    """Processes the hearing queue and the outbox side by side, and sleeps until it is woken."""

    def __init__(self, hearings_at_once: int = HEARINGS_AT_ONCE) -> None:
        self._hearings_at_once = hearings_at_once
        self._kinds: list[_Runners] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._busy = 0
        self._rest = asyncio.Event()
        self._stopping = False
        self._starting: asyncio.Task[None] | None = None
        self._queue: HearingQueueService | None = None

    def wake(self) -> None:
        """Look for work of every kind. Cheap, and safe to call at any time."""
        self._rest.clear()
        for runners in self._kinds:
            runners.wake_one()

    async def idle(self) -> None:
        """Wait until no runner is busy or has been woken for work."""
        await self._rest.wait()

    async def start(self, queue: HearingQueueService, announcements: AnnouncementService, ready: Ready) -> None:
        """Release what a killed process had claimed, and start to work once `ready` has returned.

        Raises:
            StorageError: when the record cannot be written.
        """
        heard, told = await queue.recover(), await announcements.recover()
        if heard or told:
            log.info("resuming after an unclean stop: %d hearings, %d messages", heard, told)
        self._stopping, self._queue = False, queue
        self._kinds = [
            _Runners(announcements.deliver_next, DELIVERIES_AT_ONCE),
            _Runners(queue.hold_next, self._hearings_at_once),
        ]
        self._starting = asyncio.create_task(self._begin(ready))

    async def _begin(self, ready: Ready) -> None:
        await ready()
        for runners in self._kinds:
            self._tasks.extend(asyncio.create_task(self._run(runners, bell)) for bell in runners.bells)
        self.wake()

    async def stop(self) -> None:
        """Let running work finish within `GRACE`, then cancel it. Cancelled work is claimed and done again.

        Results of hearings that could not be recorded until now are tried for the last time.
        """
        self._stopping = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
            self._starting = None
        for runners in self._kinds:
            for bell in runners.bells:
                bell.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE)
            for runner in late:
                runner.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._kinds.clear()
        if self._queue is not None:
            await self._queue.close()
            self._queue = None

    async def _run(self, runners: _Runners, bell: asyncio.Event) -> None:
        while True:
            runners.resting.add(bell)
            await bell.wait()
            runners.resting.discard(bell)
            if self._stopping:
                return
            bell.clear()
            self._busy += 1
            try:
                while await runners.work(runners.wake_one):
                    if self._stopping:
                        return
            except CourtError as error:
                log.error("work failed, waiting for the next tick: %s", error)  # noqa: TRY400 - the message is enough
            except Exception:
                log.exception("work failed, waiting for the next tick")
            finally:
                self._busy -= 1
                if not self._busy and not any(other.is_set() for one in self._kinds for other in one.bells):
                    self._rest.set()
