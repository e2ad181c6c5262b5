"""What a check has found: one line for the host, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum

from court.errors import CourtError

PATIENCE = 10.0
"""Seconds that one check may wait for the network."""


class Result(StrEnum):
    """How a check has ended. Only `FAILED` keeps the court from working."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `court check`. It contains no secret."""

    check: str
    result: Result
    message: str
    advice: str = ""
    """What to do, if there is something to do."""


def ok(check: str, message: str) -> Finding:
    return Finding(check, Result.OK, message)


def warning(check: str, message: str, advice: str = "") -> Finding:
    return Finding(check, Result.WARNING, message, advice)


def failed(check: str, message: str, advice: str = "") -> Finding:
    return Finding(check, Result.FAILED, message, advice)


def refused(check: str, error: CourtError) -> Finding:
    """Return a failure from an error for the host: what comes after its first colon or semicolon is kept with it."""
    return failed(check, str(error))


async def within(check: str, work: Awaitable[list[Finding]], seconds: float = PATIENCE) -> list[Finding]:
    """Return what `work` finds. What goes wrong, or takes too long, is a failure of that check."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        return [failed(check, f"no answer within {seconds:g} seconds", "Check the network, then try again.")]
    except CourtError as error:
        return [refused(check, error)]
