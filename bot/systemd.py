"""Tells systemd how the bot is, by the protocol of sd_notify(3). Imported only if systemd asks for it.

Of the libraries for it, those that can say STOPPING=1 have had no release for years.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from bot.clock import TICK

log = logging.getLogger(__name__)

LATE = 6 * TICK
"""Seconds without a tick after which the bot does not count as alive."""

USUAL_INTERVAL = 30.0
"""Seconds between two reports if the unit has no watchdog."""


class Supervisor:
    """systemd, as it watches this process.

    Attributes:
        interval: seconds between two reports: half of what the unit's watchdog allows.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, as systemd sets them."""
        address = environ["NOTIFY_SOCKET"]
        # systemd writes the zero byte that abstract addresses begin with as "@".
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        allowed = environ.get("WATCHDOG_USEC")
        ours = environ.get("WATCHDOG_PID") in {None, str(os.getpid())}
        self.interval = int(allowed) / 2e6 if allowed and ours else USUAL_INTERVAL

    def tell(self, *news: str) -> None:
        """Send news such as `READY=1`. If systemd cannot be reached, the log says so and the bot goes on."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                # A systemd that does not read must not hold up the event loop.
                sender.setblocking(False)
                sender.sendto("\n".join(news).encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told %s (%s)", news[0], error.strerror)


@contextlib.asynccontextmanager
async def watched(
    supervisor: Supervisor,
    ready: Callable[[], Awaitable[None]],
    since_tick: Callable[[], float],
    status: Callable[[], str],
) -> AsyncIterator[None]:
    """Tell systemd once the bot is ready, then that it is alive while it is, and at the end that it stops.

    Args:
        supervisor: systemd.
        ready: returns once the bot works.
        since_tick: returns how many seconds ago the bot last looked for work. After `LATE` systemd hears nothing any
            more, and restarts the bot once its watchdog has waited in vain.
        status: returns what `systemctl status` shows.
    """

    async def report() -> None:
        await ready()
        supervisor.tell("READY=1")
        while True:
            quiet = since_tick()
            if quiet < LATE:
                supervisor.tell("WATCHDOG=1", f"STATUS={status()}")
            else:
                log.error(
                    "the bot has not looked for work for %.0f seconds; systemd is not told that it is alive", quiet
                )
            await asyncio.sleep(supervisor.interval)

    supervisor.tell("STATUS=waiting for Discord")
    reporting = asyncio.create_task(report())
    try:
        yield
    finally:
        supervisor.tell("STOPPING=1", "STATUS=finishing what it is writing")
        reporting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reporting
