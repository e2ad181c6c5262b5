"""Where the court sits in a guild, and who may act as its clerk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from court.models import GuildSettings
from court.ports import Clock, Store


class ChamberService:
    """Reads and changes a guild's settings."""

    def __init__(self, store: Store, clock: Clock, ring: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._ring = ring

    async def show(self, guild_id: int) -> GuildSettings:
        async with self._store.reading() as records:
            return await records.guilds.get(guild_id)

    async def change(
        self,
        guild_id: int,
        *,
        verdict_channel_id: int | None = None,
        mod_channel_id: int | None = None,
        mod_role_id: int | None = None,
    ) -> GuildSettings:
        """Set what is given and keep the rest. What waited for a channel is tried again at once."""
        given = {
            "verdict_channel_id": verdict_channel_id,
            "mod_channel_id": mod_channel_id,
            "mod_role_id": mod_role_id,
        }
        async with self._store.writing() as records:
            settings = replace(
                await records.guilds.get(guild_id),
                **{name: value for name, value in given.items() if value is not None},
            )
            await records.guilds.put(settings)
            await records.outbox.wake(guild_id, self._clock.now())
        self._ring()
        return settings
