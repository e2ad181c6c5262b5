"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from court.models.work import Lease

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
LEASE = Lease("this process", datetime(9999, 1, 1, tzinfo=UTC))
"""A claim that holds for ever."""


class FakeClock:
    """Implements `court.ports.Clock`."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta | None = None, /, **units: float) -> None:
        """Let time pass: a timedelta, or its units (`days=7`)."""
        self._now += timedelta(**units) if by is None else by
