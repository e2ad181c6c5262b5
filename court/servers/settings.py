"""A guild's settings: its channels, its moderator role, how often cases are heard, and what hearings may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from court.errors import SharedChannel
from court.models import GuildSettings
from court.ports import Clock, Repositories, Store


class Places(TypedDict, total=False):
    """The settings that say where the court sits, and whose role may decide (None for no role)."""

    verdict_channel_id: int
    mod_channel_id: int
    mod_role_id: int | None


def shares_channel(settings: GuildSettings, given: Places) -> bool:
    """Return whether the given values, once they are set, make one channel the verdict channel and the mod channel."""
    changed = replace(settings, **given)
    channels = {"verdict_channel_id", "mod_channel_id"} & given.keys()
    return bool(channels) and changed.verdict_channel_id == changed.mod_channel_id


class ServerSettingsService:
    """Reads and changes a guild's settings."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def show(self, guild_id: int) -> GuildSettings:
        async with self._store.reading() as repos:
            return await repos.guilds.get(guild_id)

    async def change(self, guild_id: int, *, apart: bool = False, **given: Unpack[Places]) -> GuildSettings:
        """Set the given values and keep the rest. Announcements that waited for a channel are tried again at once.

        Raises:
            SharedChannel: with `apart`, when the verdict channel would be the mod channel. Then nothing is set.
        """
        async with self._store.writing() as repos:
            if apart and shares_channel(await repos.guilds.get(guild_id), given):
                raise SharedChannel
            settings = await _replace(repos, guild_id, **given)
            await repos.outbox.make_due(guild_id, self._clock.now())
        self._wake()
        return settings

    async def fix_interval(self, guild_id: int, days: int) -> GuildSettings:
        """Set how many days pass between the hearings of a case; 0 leaves it to the court's own rule.

        It applies from the next hearing of each case on: dates that are already set do not change.
        """
        async with self._store.writing() as repos:
            return await _replace(repos, guild_id, interval_days=days or None)

    async def cap(self, guild_id: int, *, daily: int | None = None, monthly: int | None = None) -> GuildSettings:
        """Cap what hearings may cost, in millionths of a US dollar. 0 removes a cap, None keeps it.

        Hearings that a cap had adjourned are tried again at once.
        """
        given = {"daily_cap": daily, "monthly_cap": monthly}
        changed = {name: cap or None for name, cap in given.items() if cap is not None}
        async with self._store.writing() as repos:
            settings = await _replace(repos, guild_id, **changed)
            await repos.hearing_queue.resume(self._clock.now(), guild_id)
            await repos.guilds.resume(guild_id)
        self._wake()
        return settings


async def _replace(repos: Repositories, guild_id: int, **changed: Any) -> GuildSettings:
    settings = replace(await repos.guilds.get(guild_id), **changed)
    await repos.guilds.put(settings)
    return settings
