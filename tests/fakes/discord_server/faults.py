"""The requests that came in, and what the server does instead of answering: faults and holds."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from tests.fakes.discord_server.responses import RETRY_AFTER, error, limited


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `path` is without the API's base; `body` is None if there was no JSON."""

    method: str
    path: str
    body: Any
    at: float
    """By the event loop's clock, in seconds."""


@dataclass(slots=True)
class Fault:
    """Answers the next `times` requests that match with `status`."""

    method: str
    path: re.Pattern[str]
    status: int
    times: int
    code: int = 0
    retry_after: float = RETRY_AFTER


@dataclass(slots=True)
class Hold:
    """Lets a request happen and holds its answer back, so that the bot does not learn that it did.

    Attributes:
        reached: set when the request has been carried out.
    """

    method: str
    path: re.Pattern[str]
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Send the answer, and every later one at once."""
        self._released.set()

    async def keep(self) -> None:
        self.reached.set()
        await self._released.wait()


class Faults:
    """The script of what goes wrong."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []

    def fail(
        self, method: str, path: str, status: int, times: int = 1, *, code: int = 0, retry_after: float = RETRY_AFTER
    ) -> None:
        """Answer the next `times` requests whose whole path matches the pattern `path` with `status`.

        Args:
            method: in upper case.
            path: a regular expression, without the API's base.
            status: 429 carries `retry_after`, any other an error with Discord's `code`.
            times: how often; later requests are answered as usual.
            code: Discord's own error code, such as 10003.
            retry_after: seconds.
        """
        self._faults.append(Fault(method, re.compile(path), status, times, code, retry_after))

    def hold(self, method: str, path: str) -> Hold:
        """Carry out requests that match, but hold their answers back until the hold is released."""
        hold = Hold(method, re.compile(path))
        self._holds.append(hold)
        return hold

    def fault(self, method: str, path: str) -> web.Response | None:
        """Return the error that this request gets, if any."""
        for fault in self._faults:
            if fault.times > 0 and fault.method == method and fault.path.fullmatch(path):
                fault.times -= 1
                if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
                    return limited(fault.retry_after)
                return error(fault.status, fault.code, "scripted")
        return None

    def held(self, method: str, path: str) -> Hold | None:
        """Return the hold on this request, if any."""
        return next((one for one in self._holds if one.method == method and one.path.fullmatch(path)), None)

    def release_all(self) -> None:
        for hold in self._holds:
            hold.release()
