"""A throttle: of what the members of one server do at the same time, a few things are done at once, and the rest waits.

Without it, hundreds of questions on one server would all be in front of a single one on another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

AT_ONCE = 4
"""Enough to keep the record busy, and few enough that those of another server hardly notice."""


class Throttle:
    """Admits the work of each server in the order in which it comes."""

    def __init__(self) -> None:
        # Whoever works or waits holds the server's semaphore, so it is forgotten with the last of them.
        self._gates: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def admit(self, guild_id: int) -> AsyncIterator[None]:
        """Wait until fewer than `AT_ONCE` of the server are at work, and count as one of them during the block."""
        gate = self._gates.get(guild_id)
        if gate is None:
            gate = self._gates[guild_id] = asyncio.Semaphore(AT_ONCE)
        async with gate:
            yield
