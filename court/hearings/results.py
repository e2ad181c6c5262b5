"""Results that were paid for, kept in memory so that a full disk does not mean paying for a hearing twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from court.claims import nothing
from court.errors import RowRefused, StorageError
from court.ports import Repositories, Store

log = logging.getLogger(__name__)

KEPT = "%s could not be recorded (%s). It is kept in memory and recorded when possible; no hearing begins until then."
LOST = "%s was paid for and is lost, because it could not be recorded: %s"


@dataclass(slots=True, eq=False)
class Result:
    """Something that models were paid for, and that belongs in the record."""

    label: str
    """What logs call it."""
    record: Callable[[Repositories], Awaitable[None]]
    """Stores it unless it is already stored: a commit that reported an error may have succeeded."""
    recorded: Callable[[], None] = nothing
    """Does what follows once it is stored."""
    refused: Callable[[], None] = nothing
    """Does what follows if the record will never take it."""
    stored: bool = False


class Results:
    """Stores results, and keeps those that cannot be stored now for another try."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Result] = []
        self._trying = asyncio.Lock()

    async def add(self, result: Result) -> bool:
        """Store a result, and return whether it is stored. If the record cannot be written now, keep it."""
        self._waiting.append(result)
        try:
            await self.record_all()
        except StorageError as error:
            log.error(KEPT, result.label, error)  # noqa: TRY400 - the message is enough
        return result.stored

    async def record_all(self) -> None:
        """Store everything that waits, oldest first.

        Raises:
            StorageError: when the record cannot be written. What could not be stored goes on waiting.
        """
        async with self._trying:
            while self._waiting:
                # It stays in the list until it is known to be stored, whatever interrupts the transaction.
                result = self._waiting[0]
                result.stored = await self._record(result)
                self._waiting.remove(result)
                (result.recorded if result.stored else result.refused)()

    async def close(self) -> bool:
        """Try for the last time to store what waits, and log what is lost. Return True if nothing was lost."""
        try:
            await self.record_all()
        except StorageError as error:
            for result in self._waiting:
                log.error(LOST, result.label, error)  # noqa: TRY400
            self._waiting.clear()
            return False
        return True

    async def _record(self, result: Result) -> bool:
        """Return whether it was stored. False means that it never will be."""
        try:
            async with self._store.writing() as repos:
                await result.record(repos)
        except Exception as error:
            if isinstance(error, StorageError) and not isinstance(error, RowRefused):
                raise
            log.exception("%s cannot be recorded", result.label)
            return False
        return True
