"""What hearings cost: set aside before, settled after, and never lost."""

from __future__ import annotations

from court.models import MICRO, Case, CutOff, Usage
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD, file_case
from tests.contracts.store.uses import Uses


async def totals(store: Store, guild_id: int | None = None) -> tuple[int, int]:
    """Return what was spent since `NOW`, and the part of it that is set aside."""
    async with store.reading() as repos:
        return await repos.charges.spent(NOW, guild_id), await repos.charges.reserved(NOW, guild_id)


async def test_what_is_set_aside_counts_until_the_true_cost_replaces_it(store: Store, case: Case) -> None:
    assert await totals(store) == (0, 0)
    async with store.writing() as repos:
        first = await repos.charges.reserve(GUILD, case.id, NOW, 500)
        second = await repos.charges.reserve(GUILD, case.id, NOW, 70)
    assert first != second
    assert await totals(store, GUILD) == (570, 570)

    async with store.writing() as repos:
        await repos.charges.settle(first, Usage(900, 120, cost=320, unpriced=2))
    assert await totals(store, GUILD) == (390, 70)

    async with store.writing() as repos:
        await repos.charges.settle(second, Usage(unpriced=5))
    assert await totals(store, GUILD) == (320, 0)


async def test_a_charge_is_settled_once(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        charge = await repos.charges.reserve(GUILD, case.id, NOW, 500)
        await repos.charges.settle(charge, Usage(cost=100))
        await repos.charges.settle(charge, Usage(cost=9_000))
        await repos.charges.settle(404, Usage(cost=9_000))
    assert await totals(store) == (100, 0)


async def test_what_a_process_that_is_gone_had_set_aside_is_taken_for_spent(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        settled = await repos.charges.reserve(GUILD, case.id, NOW, 500)
        await repos.charges.settle(settled, Usage(cost=1))
        left = await repos.charges.reserve(GUILD, case.id, NOW, 70)
        await repos.charges.reserve(GUILD, case.id, NOW - 9 * DAY, 8)
    async with store.writing() as repos:
        assert await repos.charges.close_open(NOW) == 2
        assert await repos.charges.close_open(NOW) == 0
        await repos.charges.settle(left, Usage())
    assert await totals(store) == (71, 0)


async def test_more_can_be_set_aside_for_a_hearing_under_way(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        charge = await repos.charges.reserve(GUILD, case.id, NOW, 500)
        other = await repos.charges.reserve(GUILD, case.id, NOW, 3)
        assert await repos.charges.extend(charge, 70) is True
    assert await totals(store) == (573, 573)

    async with store.writing() as repos:
        await repos.charges.use_up(charge)
        await repos.charges.settle(charge, Usage(cost=1))
        assert await repos.charges.extend(charge, 70) is False
        await repos.charges.settle(other, Usage())
        await repos.charges.use_up(other)
    assert await totals(store) == (570, 0)


async def test_hearings_that_were_cut_off_are_counted_by_the_starts_from_a_moment_on(store: Store, case: Case) -> None:
    elsewhere = await file_case(store, OTHER_GUILD, "0002")
    async with store.writing() as repos:
        assert await repos.charges.cut_off(NOW) == CutOff()
        used_up = await repos.charges.reserve(GUILD, case.id, NOW, 4_000)
        await repos.charges.use_up(used_up)
        await repos.charges.reserve(GUILD, case.id, NOW - 2 * DAY, 1)
        await repos.charges.close_open(NOW - DAY)
        await repos.charges.reserve(GUILD, case.id, NOW - 2 * DAY, 20)
        await repos.charges.reserve(OTHER_GUILD, elsewhere.id, NOW, 300)
        await repos.charges.close_open(NOW)
        assert await repos.charges.cut_off(NOW) == CutOff(1, 2, 320)
        assert await repos.charges.cut_off(NOW - DAY) == CutOff(2, 3, 321)
        assert await repos.charges.cut_off(NOW + DAY) == CutOff()


async def test_charges_are_summed_from_a_moment_on_for_one_guild_or_for_all(store: Store, case: Case) -> None:
    elsewhere = await file_case(store, OTHER_GUILD)
    large = 30_000 * MICRO
    async with store.writing() as repos:
        await repos.charges.reserve(GUILD, case.id, NOW - DAY, 1)
        await repos.charges.reserve(GUILD, case.id, NOW, 20)
        await repos.charges.reserve(GUILD, case.id, NOW + DAY, large)
        await repos.charges.reserve(OTHER_GUILD, elsewhere.id, NOW, 400)

    assert await totals(store, GUILD) == (large + 20, large + 20)
    assert await totals(store, OTHER_GUILD) == (400, 400)
    assert await totals(store, 999) == (0, 0)
    assert await totals(store) == (large + 420, large + 420)


USES: Uses = {
    "charges.reserve": lambda repos: repos.charges.reserve(GUILD, 1, NOW, 500),
    "charges.settle": lambda repos: repos.charges.settle(1, Usage()),
    "charges.extend": lambda repos: repos.charges.extend(1, 70),
    "charges.use_up": lambda repos: repos.charges.use_up(1),
    "charges.cut_off": lambda repos: repos.charges.cut_off(NOW),
    "charges.close_open": lambda repos: repos.charges.close_open(NOW),
    "charges.spent": lambda repos: repos.charges.spent(NOW, GUILD),
    "charges.reserved": lambda repos: repos.charges.reserved(NOW),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
