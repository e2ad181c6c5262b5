"""Time and randomness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """The time, so that a test can run a year of sessions in a second."""

    def now(self) -> datetime:
        """Return the current time, timezone-aware, in UTC."""
        ...


class Randomness(Protocol):
    """Randomness that a test or a recorded draw can repeat. `random.Random` fits."""

    def randrange(self, stop: int, /) -> int: ...
    def sample(self, population: Sequence[T], k: int) -> list[T]: ...
