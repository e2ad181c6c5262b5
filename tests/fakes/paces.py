"""Paces without a record."""

from __future__ import annotations

from datetime import datetime


class OneTime:
    """Implements `court.ports.cases.Paces` for a single subject."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    async def get(self, guild_id: int, action: str, subject_id: int) -> datetime | None:
        return self._until

    async def put(self, guild_id: int, action: str, subject_id: int, until: datetime) -> None:
        self._until = until

    async def prune(self, now: datetime, limit: int) -> None:
        return None
