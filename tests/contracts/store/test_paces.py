"""How far ahead of a pace somebody is: one time per guild, action and subject."""

from __future__ import annotations

from datetime import timedelta

from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD
from tests.contracts.store.uses import Uses

MEMBER = 1_200_000_000_000_000_001
SECOND = timedelta(seconds=1)


async def test_a_time_is_kept_for_each_guild_action_and_subject(store: Store) -> None:
    async with store.writing() as repos:
        await repos.paces.put(GUILD, "ask", MEMBER, NOW)
        await repos.paces.put(GUILD, "ask", MEMBER, NOW + DAY)
    async with store.reading() as repos:
        assert await repos.paces.get(GUILD, "ask", MEMBER) == NOW + DAY
        assert await repos.paces.get(OTHER_GUILD, "ask", MEMBER) is None
        assert await repos.paces.get(GUILD, "card", MEMBER) is None
        assert await repos.paces.get(GUILD, "ask", MEMBER + 1) is None


async def test_the_oldest_times_before_now_are_pruned_a_few_at_once(store: Store) -> None:
    async def left() -> list[int]:
        async with store.reading() as repos:
            return [number for number in range(6) if await repos.paces.get(GUILD, "ask", number) is not None]

    async with store.writing() as repos:
        for number in range(6):
            await repos.paces.put(GUILD, "ask", number, NOW + number * SECOND)
    for expected in [[2, 3, 4, 5], [4, 5], [4, 5]]:
        async with store.writing() as repos:
            await repos.paces.prune(NOW + 4 * SECOND, 2)
        assert await left() == expected


USES: Uses = {
    "paces.get": lambda repos: repos.paces.get(GUILD, "ask", MEMBER),
    "paces.put": lambda repos: repos.paces.put(GUILD, "ask", MEMBER, NOW),
    "paces.prune": lambda repos: repos.paces.prune(NOW, 4),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
