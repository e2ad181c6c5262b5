"""Claims on rows of work that still have to be given back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def nothing() -> None:
    """Do nothing: for callers who need not be told of something."""


class Returns(Generic[T]):
    """Gives claimed work back, and keeps the claims that could not be given back for another try.

    A claim that is neither done nor given back would be stuck until the next start.
    """

    def __init__(self, give_back: Callable[[T], Awaitable[None]]) -> None:
        self._give_back = give_back
        self._owed: list[T] = []

    def add(self, claim: T) -> None:
        """Note that a claim has to be given back; `settle` does it."""
        self._owed.append(claim)

    def forget(self) -> None:
        """Drop everything noted, because it has been given back in another way."""
        self._owed.clear()

    async def settle(self) -> None:
        """Give back everything noted. If one cannot be given back, it stays noted and the error is raised."""
        while self._owed:
            claim = self._owed.pop()
            try:
                await self._give_back(claim)
            except Exception:
                self._owed.append(claim)
                raise
