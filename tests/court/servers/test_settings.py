"""A guild's settings: its channels, how often cases are heard, and what hearings may cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from court.errors import SharedChannel
from court.models import GuildSettings
from court.servers.settings import Places
from tests.court.house import GUILD, MOD_CHANNEL, OTHER_GUILD, ROLE, VERDICT_CHANNEL, House
from tests.fakes.world import LEASE


async def test_at_first_nothing_is_set(bare: House) -> None:
    assert await bare.servers.show(GUILD) == GuildSettings(GUILD)


async def test_given_values_are_set_and_the_rest_is_kept(bare: House) -> None:
    first = await bare.servers.change(GUILD, mod_channel_id=MOD_CHANNEL, mod_role_id=ROLE)
    second = await bare.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    third = await bare.servers.change(GUILD, mod_channel_id=MOD_CHANNEL + 1)

    assert first == GuildSettings(GUILD, None, MOD_CHANNEL, ROLE)
    assert second == GuildSettings(GUILD, VERDICT_CHANNEL, MOD_CHANNEL, ROLE)
    assert third == await bare.servers.show(GUILD) == GuildSettings(GUILD, VERDICT_CHANNEL, MOD_CHANNEL + 1, ROLE)
    assert bare.wakes == 3


async def test_the_moderators_role_can_be_taken_back(house: House) -> None:
    assert (await house.servers.change(GUILD, mod_role_id=None)).mod_role_id is None
    assert (await house.servers.show(GUILD)).verdict_channel_id == VERDICT_CHANNEL


@pytest.mark.parametrize(
    "given",
    [
        {"verdict_channel_id": MOD_CHANNEL},
        {"mod_channel_id": VERDICT_CHANNEL},
        {"verdict_channel_id": 5, "mod_channel_id": 5, "mod_role_id": 6},
    ],
)
async def test_two_channels_that_must_stay_apart_do(house: House, given: Places) -> None:
    before = await house.servers.show(GUILD)

    with pytest.raises(SharedChannel):
        await house.servers.change(GUILD, apart=True, **given)

    assert (await house.servers.show(GUILD), house.wakes) == (before, 0)
    assert await house.servers.change(GUILD, **given) == replace(before, **given)


async def test_what_is_shared_already_is_no_obstacle_to_another_change(house: House) -> None:
    await house.servers.change(GUILD, verdict_channel_id=MOD_CHANNEL)

    changed = await house.servers.change(GUILD, apart=True, mod_role_id=5)
    assert (changed.mod_role_id, changed.verdict_channel_id) == (5, MOD_CHANNEL)
    assert (await house.servers.change(GUILD, apart=True, verdict_channel_id=5)).verdict_channel_id == 5


async def test_each_guild_has_its_own_settings(bare: House) -> None:
    await bare.set_up(GUILD)

    assert await bare.servers.show(OTHER_GUILD) == GuildSettings(OTHER_GUILD)


async def test_the_interval_can_be_fixed_and_left_to_the_court_again(house: House) -> None:
    before = await house.servers.show(GUILD)
    case = await house.heard()
    due = await next_due(house, case.id)

    fixed = await house.servers.fix_interval(GUILD, 14)

    assert fixed == await house.servers.show(GUILD) == replace(before, interval_days=14)
    assert await next_due(house, case.id) == due
    assert await house.servers.fix_interval(GUILD, 0) == replace(before, interval_days=None)


async def test_caps_are_set_kept_and_removed_one_by_one(house: House) -> None:
    before = await house.servers.show(GUILD)

    both = await house.servers.cap(GUILD, daily=500_000, monthly=10_000_000)
    raised = await house.servers.cap(GUILD, daily=750_000)
    without = await house.servers.cap(GUILD, daily=0)

    assert both == replace(before, daily_cap=500_000, monthly_cap=10_000_000)
    assert raised == replace(both, daily_cap=750_000)
    assert without == await house.servers.show(GUILD) == replace(both, daily_cap=None)
    assert await house.servers.show(OTHER_GUILD) == GuildSettings(OTHER_GUILD)


async def test_a_new_cap_makes_adjourned_hearings_due_again(house: House) -> None:
    case, other = await house.docketed(), await house.docketed("Can AI fold laundry?")
    later = house.clock.now() + timedelta(hours=12)
    async with house.store.writing() as repos:
        for _ in (case, other):
            due_hearing = await repos.hearing_queue.claim(house.clock.now(), LEASE)
            assert due_hearing is not None
            await repos.hearing_queue.adjourn(due_hearing.id, later)
        assert await repos.guilds.adjourn(GUILD, later)
    house.wakes = 0

    await house.servers.cap(GUILD, daily=1_000_000)

    assert [await next_due(house, one.id) for one in (case, other)] == [house.clock.now()] * 2
    async with house.store.writing() as repos:
        assert await repos.guilds.adjourn(GUILD, later), "the moderators are notified again"
    assert house.wakes == 1


async def test_a_cap_of_another_guild_leaves_hearings_adjourned(house: House) -> None:
    case = await house.docketed()
    later = house.clock.now() + timedelta(hours=12)
    async with house.store.writing() as repos:
        due_hearing = await repos.hearing_queue.claim(house.clock.now(), LEASE)
        assert due_hearing is not None
        await repos.hearing_queue.adjourn(due_hearing.id, later)

    await house.servers.cap(OTHER_GUILD, daily=1_000_000)

    assert await next_due(house, case.id) == later


async def next_due(house: House, case_id: int) -> datetime | None:
    async with house.store.reading() as repos:
        return await repos.hearing_queue.next_due(case_id)
