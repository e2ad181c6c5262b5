"""A vendor on the loopback that writes its response byte by byte, so that it can break every rule of HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Writes = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawVendor:
    """A server on 127.0.0.1. It reads a request, calls `writes` and closes the connection.

    Attributes:
        received: how many requests came in.
    """

    def __init__(self, writes: Writes) -> None:
        self._writes = writes
        self._origin = ""
        self.received = 0

    @property
    def origin(self) -> str:
        """Return its address, without a path."""
        return self._origin

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[RawVendor]:
        """Serve until the block ends."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        self._origin = f"http://{host}:{port}"
        async with server:
            yield self
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(
                (line.partition(":")[2] for line in head.splitlines() if line.startswith("content-length")), 0
            )
            await reader.readexactly(int(length))
            self.received += 1
            await self._writes(writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Return the start of a response with these headers, and the empty line after them."""
    return "\r\n".join([f"HTTP/1.1 {status}", "content-type: application/json", *lines, "", ""]).encode()


def sending(*parts: bytes) -> Writes:
    """Return what writes these parts."""

    async def writes(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return writes


def repeating(first: bytes, part: bytes, times: int | None = None, pause: float = 0.0) -> Writes:
    """Return what writes `first` and then the same part again and again, for ever if `times` is None."""

    async def writes(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        written = 0
        while times is None or written < times:
            writer.write(part)
            await writer.drain()
            written += 1
            await asyncio.sleep(pause)

    return writes
