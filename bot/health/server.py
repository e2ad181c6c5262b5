"""The HTTP server of `METRICS_PORT`."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.health.rules import Report
from court.errors import ConfigurationError

log = logging.getLogger(__name__)

LINGER = 1.0
"""Seconds that requests under way get when the bot stops."""


@asynccontextmanager
async def served(
    address: tuple[str, int], report: Callable[[], Awaitable[Report]], written: Callable[[], Awaitable[bytes]]
) -> AsyncIterator[None]:
    """Serve `/healthz` and `/metrics` at this host and port.

    Raises:
        ConfigurationError: when the port or the host cannot be used.
    """

    async def healthz(_request: web.Request) -> web.Response:
        said = await report()
        return web.json_response(said.as_json(), status=200 if said.ok else 503)

    async def metrics(_request: web.Request) -> web.Response:
        # Every Prometheus reads this version of the format.
        return web.Response(body=await written(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=LINGER)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            raise ConfigurationError(_problem(*address, error)) from None
        log.info("METRICS_PORT: /healthz and /metrics are at port %d of %s", address[1], address[0])
        yield
    finally:
        await runner.cleanup()


def _problem(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"METRICS_HOST: {host} is no address of this machine; write 127.0.0.1, or 0.0.0.0 for every address"
    # The text of asyncio's own error repeats the address.
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return f"METRICS_PORT: port {port} of {host} cannot be used ({reason}); choose another port, or free this one"
