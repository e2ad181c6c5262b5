"""Where the court sits in a guild, who may act as its clerk, how often it sits and what it may spend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from court.models import GuildSettings
from court.ports import Clock, Repositories, Store


class Places(TypedDict, total=False):
    """The settings that say where the court sits, and whose role may decide."""

    verdict_channel_id: int
    mod_channel_id: int
    mod_role_id: int


class ServerSettingsService:
    """Reads and changes a guild's settings."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def show(self, guild_id: int) -> GuildSettings:
        async with self._store.reading() as repos:
            return await repos.guilds.get(guild_id)

    async def change(self, guild_id: int, **given: Unpack[Places]) -> GuildSettings:
        """Set what is given and keep the rest. What waited for a channel is tried again at once."""
        async with self._store.writing() as repos:
            settings = await _replace(repos, guild_id, **given)
            await repos.outbox.make_due(guild_id, self._clock.now())
        self._wake()
        return settings

    async def fix_interval(self, guild_id: int, days: int) -> GuildSettings:
        """Have cases heard every so many days, or when the court's own rule says for 0.

        It holds from the next hearing of each case on: what is due already stays due.
        """
        async with self._store.writing() as repos:
            return await _replace(repos, guild_id, interval_days=days or None)

    async def cap(self, guild_id: int, *, daily: int | None = None, monthly: int | None = None) -> GuildSettings:
        """Cap what hearings may cost, in millionths of a US dollar: 0 takes a cap off, none keeps it.

        What a cap had adjourned is tried again at once.
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
