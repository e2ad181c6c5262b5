"""What a check has found: one line for the host, and what to do about it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import discord

from bot.jury import to_host
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


def refused(check: str, error: CourtError) -> list[Finding]:
    """Return a failure for each line of an error that is meant for the host."""
    return [failed(check, *split_advice(line)) for line in str(error).splitlines()]


def split_advice(text: str, before: str = "; ") -> tuple[str, str]:
    """Split a line for the host into what is the case, and what to do about it, which follows the last `before`."""
    message, _, advice = text.rpartition(before)
    if not message:
        return text, ""
    # Spaces after the commas of a list, so that a line can end there. They may be copied too.
    advice = re.sub(r"=IN/OUT,(?=\S)", "=IN/OUT, ", to_host(advice))
    return message, f"{advice[:1].upper()}{advice[1:]}" + ("" if advice.endswith((".", "?")) else ".")


async def within(check: str, work: Awaitable[list[Finding]], seconds: float = PATIENCE) -> list[Finding]:
    """Return what `work` finds. What goes wrong, or takes too long, is a failure of that check."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        return [failed(check, f"no answer within {seconds:g} seconds", "Check the network, then try again.")]
    except discord.HTTPException as error:
        return [failed(check, f"Discord answered with HTTP {error.status}", "Try again later.")]
    except (OSError, aiohttp.ClientError) as error:
        return [failed(check, f"it cannot be reached ({type(error).__name__})", "Check the network, then try again.")]
    except CourtError as error:
        return refused(check, error)
