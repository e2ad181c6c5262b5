"""The settings of a guild, and the cap that was announced."""

from __future__ import annotations

from court.models import MICRO, Arrival, CapPeriod, GuildSettings
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD
from tests.contracts.store.uses import Uses


async def test_settings_are_empty_until_they_are_put_and_are_replaced_as_a_whole(store: Store) -> None:
    every = GuildSettings(GUILD, 1, 2, 3, interval_days=14, daily_cap=5 * MICRO, monthly_cap=9_000 * MICRO)
    async with store.writing() as repos:
        assert await repos.guilds.get(GUILD) == GuildSettings(GUILD)
        await repos.guilds.put(every)
        assert await repos.guilds.get(GUILD) == every
        await repos.guilds.put(GuildSettings(GUILD, 4, mod_role_id=6, daily_cap=0))
        await repos.guilds.put(GuildSettings(OTHER_GUILD, 7))
    async with store.reading() as repos:
        assert await repos.guilds.get(GUILD) == GuildSettings(GUILD, 4, None, 6, daily_cap=0)
        assert await repos.guilds.get(OTHER_GUILD) == GuildSettings(OTHER_GUILD, 7)


async def test_a_cap_is_news_once_per_period(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.guilds.adjourn(GUILD, NOW)
        assert not await repos.guilds.adjourn(GUILD, NOW)
        assert not await repos.guilds.adjourn(GUILD, NOW - DAY)
        assert await repos.guilds.adjourn(GUILD, NOW + DAY)
        assert not await repos.guilds.adjourn(GUILD, NOW)
        assert await repos.guilds.adjourn(OTHER_GUILD, NOW)
        assert await repos.guilds.get(GUILD) == GuildSettings(GUILD)


async def test_settings_and_the_announced_cap_do_not_affect_each_other(store: Store) -> None:
    settings = GuildSettings(GUILD, 1, 2, 3, interval_days=14, daily_cap=5)
    async with store.writing() as repos:
        await repos.guilds.put(settings)
        assert await repos.guilds.adjourn(GUILD, NOW)
        assert await repos.guilds.get(GUILD) == settings
        await repos.guilds.put(GuildSettings(GUILD, daily_cap=6))
    async with store.writing() as repos:
        assert not await repos.guilds.adjourn(GUILD, NOW)
        await repos.guilds.resume(GUILD)
        assert await repos.guilds.get(GUILD) == GuildSettings(GUILD, daily_cap=6)


async def test_an_announced_cap_is_forgotten_for_one_guild_or_for_all(store: Store) -> None:
    async def is_news(until_day: int) -> tuple[bool, bool]:
        async with store.writing() as repos:
            until = NOW + until_day * DAY
            return await repos.guilds.adjourn(GUILD, until), await repos.guilds.adjourn(OTHER_GUILD, until)

    assert await is_news(5) == (True, True)
    async with store.writing() as repos:
        await repos.guilds.resume(OTHER_GUILD)
        await repos.guilds.resume(999)
    assert await is_news(4) == (False, True)
    async with store.writing() as repos:
        await repos.guilds.resume()
    assert await is_news(3) == (True, True)


async def test_a_guild_is_new_once_and_returns_after_it_left(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.guilds.arrive(GUILD) is Arrival.NEW
        assert await repos.guilds.arrive(GUILD) is Arrival.KNOWN
        await repos.guilds.put(GuildSettings(OTHER_GUILD, 7))
        assert await repos.guilds.arrive(OTHER_GUILD) is Arrival.KNOWN
        await repos.guilds.leave(GUILD, NOW)
        await repos.guilds.leave(GUILD, NOW + DAY)
        await repos.guilds.leave(404, NOW)
        assert [await repos.guilds.absent(one) for one in (GUILD, OTHER_GUILD, 404)] == [True, False, False]
        assert await repos.guilds.served() == [GuildSettings(OTHER_GUILD, 7)]
        await repos.guilds.put(GuildSettings(GUILD, 5))
        assert await repos.guilds.absent(GUILD)
        assert await repos.guilds.arrive(GUILD) is Arrival.RETURNED
        assert await repos.guilds.arrive(GUILD) is Arrival.KNOWN
        assert sorted(one.guild_id for one in await repos.guilds.served()) == [GUILD, OTHER_GUILD]


async def test_half_of_a_cap_is_news_once_per_period(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.guilds.note_half(GUILD, CapPeriod.DAY, NOW)
        assert not await repos.guilds.note_half(GUILD, CapPeriod.DAY, NOW)
        assert await repos.guilds.note_half(GUILD, CapPeriod.MONTH, NOW)
        assert await repos.guilds.note_half(OTHER_GUILD, CapPeriod.DAY, NOW)
        await repos.guilds.put(GuildSettings(GUILD, 5))
        assert not await repos.guilds.note_half(GUILD, CapPeriod.DAY, NOW)
        assert await repos.guilds.note_half(GUILD, CapPeriod.DAY, NOW + DAY)
        assert await repos.guilds.get(GUILD) == GuildSettings(GUILD, 5)


USES: Uses = {
    "guilds.get": lambda repos: repos.guilds.get(GUILD),
    "guilds.put": lambda repos: repos.guilds.put(GuildSettings(GUILD)),
    "guilds.adjourn": lambda repos: repos.guilds.adjourn(GUILD, NOW),
    "guilds.arrive": lambda repos: repos.guilds.arrive(GUILD),
    "guilds.leave": lambda repos: repos.guilds.leave(GUILD, NOW),
    "guilds.absent": lambda repos: repos.guilds.absent(GUILD),
    "guilds.served": lambda repos: repos.guilds.served(),
    "guilds.note_half": lambda repos: repos.guilds.note_half(GUILD, CapPeriod.DAY, NOW),
    "guilds.resume": lambda repos: repos.guilds.resume(),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
