"""Claims that have to be given back, and could not be yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Returns(Generic[T]):
    """Gives claimed work back to the record, and keeps what the record would not take for another try.

    A claim that is neither done nor given back would be lost until the next start.
    """

    def __init__(self, give_back: Callable[[T], Awaitable[None]]) -> None:
        self._give_back = give_back
        self._owed: list[T] = []

    def add(self, claim: T) -> None:
        """Note that a claim has to be given back; `settle` does it."""
        self._owed.append(claim)

    def forget(self) -> None:
        """Drop all that was noted: somebody else has given it back."""
        self._owed.clear()

    async def settle(self) -> None:
        """Give back everything noted. What fails stays noted, and what failed is raised."""
        while self._owed:
            claim = self._owed.pop()
            try:
                await self._give_back(claim)
            except Exception:
                self._owed.append(claim)
                raise
