"""Tells a monitor elsewhere, once a minute, that the bot is well. It raises the alarm when it hears nothing more."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp

from bot.health.rules import Report, Status

log = logging.getLogger(__name__)

INTERVAL = 60.0
"""Seconds between two pings."""
WHILE_UNWELL = 5.0
"""Seconds until the bot is asked again how it is, so that the first ping after a start or a failure comes soon."""
TIME_LIMIT = 10.0
"""Seconds that a ping may take."""
ENOUGH = 64 * 1024
"""The most that is read of an answer, in bytes."""


class Heartbeat:
    """Pings an address while the bot is well. The address is a secret, and is never logged."""

    def __init__(self, url: str, report: Callable[[], Awaitable[Report]], interval: float = INTERVAL) -> None:
        self._url = url
        self._report = report
        self._interval = interval
        self._fails = False
        self._unwell = False

    @contextlib.asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Ping in the background."""
        beating = asyncio.create_task(self._run())
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating

    async def _run(self) -> None:
        limit = aiohttp.ClientTimeout(total=TIME_LIMIT)
        async with aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as session:
            while True:
                well = False
                try:
                    well = await self._beat(session)
                except Exception:
                    # A bug of ours must not silence the heartbeat for good.
                    log.exception("the heartbeat failed")
                await asyncio.sleep(self._interval if well else min(self._interval, WHILE_UNWELL))

    async def _beat(self, session: aiohttp.ClientSession) -> bool:
        """Ping if the bot is well. Return whether it is."""
        report = await self._report()
        self._note_health(report)
        if not report.ok:
            return False
        problem = await self._ping(session)
        if problem is None and self._fails:
            log.info("HEARTBEAT_URL answers again")
        elif problem is not None and not self._fails:
            log.warning("HEARTBEAT_URL: the ping failed (%s); it is tried again every minute", problem)
        self._fails = problem is not None
        return True

    def _note_health(self, report: Report) -> None:
        unwell = report.status is Status.FAILING
        if unwell and not self._unwell:
            log.error("the bot is not well, and HEARTBEAT_URL is not pinged: %s", report.failing)
        elif report.ok and self._unwell:
            log.info("the bot is well again, and HEARTBEAT_URL is pinged")
        self._unwell = unwell or (self._unwell and not report.ok)

    async def _ping(self, session: aiohttp.ClientSession) -> str | None:
        """Ping once. Return what went wrong, in words that do not name the address."""
        try:
            async with session.get(self._url, allow_redirects=False) as answer:
                await answer.content.read(ENOUGH)
                return None if answer.status < 300 else f"status {answer.status}"  # noqa: PLR2004 - a success
        except TimeoutError:
            return f"no answer within {TIME_LIMIT:.0f} seconds"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return type(error).__name__
