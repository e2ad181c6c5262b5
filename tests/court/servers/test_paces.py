"""Paces: so many in a row, and then one in every interval, whatever is asked at once and whenever the bot starts."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.errors import StorageError, TooFast
from court.servers.paces import ASKING, CALLING, MINUTE, PRUNED, SHOWING, ActionPace, PaceService, take
from tests.court.house import FILER, GUILD, OTHER_GUILD, VOTER, House
from tests.fakes.paces import OneTime
from tests.fakes.world import NOON

CHANNEL = 500
THREE = ActionPace(3, MINUTE, "three")
SECOND = timedelta(seconds=1)


@pytest.fixture
def paces(house: House) -> PaceService:
    return house.build().services.paces


async def ask(paces: PaceService, times: int, user_id: int = FILER, guild_id: int = GUILD) -> list[TooFast]:
    """Ask so many times at once, and return the refusals."""
    results = await asyncio.gather(*(paces.ask(guild_id, user_id) for _ in range(times)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, TooFast)]
    assert len(refused) == sum(result is not None for result in results)
    return refused


async def test_a_member_may_ask_five_times_in_a_row_and_then_every_twelve_seconds(
    house: House, paces: PaceService
) -> None:
    refused = await ask(paces, 8)

    assert [error.allowed for error in refused] == [house.clock.now() + timedelta(seconds=12)] * 3
    house.clock.advance(seconds=11)
    assert len(await ask(paces, 1)) == 1
    house.clock.advance(seconds=1)
    assert len(await ask(paces, 2)) == 1
    house.clock.advance(MINUTE)
    assert len(await ask(paces, 6)) == 1


async def test_members_and_guilds_do_not_share_a_pace(paces: PaceService) -> None:
    assert len(await ask(paces, 6)) == 1

    assert await ask(paces, 5, VOTER) == []
    assert await ask(paces, 5, guild_id=OTHER_GUILD) == []
    assert [await paces.show(GUILD, FILER, CHANNEL) for _ in range(CALLING.times)] == [True] * CALLING.times


async def test_a_restart_forgives_nothing(house: House, paces: PaceService) -> None:
    await ask(paces, ASKING.times)

    assert len(await ask(house.build().services.paces, 1)) == 1


async def test_a_channel_that_has_had_enough_shows_cards_to_their_members_alone(
    house: House, paces: PaceService
) -> None:
    calls = [paces.show(GUILD, user_id, CHANNEL) for user_id in range(4) for _ in range(CALLING.times)]

    assert (await asyncio.gather(*calls)).count(True) == SHOWING.times
    assert await paces.show(GUILD, 9, CHANNEL + 1)
    with pytest.raises(TooFast):
        await paces.show(GUILD, 1, CHANNEL + 1)
    house.clock.advance(SHOWING.interval)
    assert [await paces.show(GUILD, 9, CHANNEL) for _ in range(2)] == [True, False]


async def test_a_refused_card_does_not_count_for_the_channel(paces: PaceService) -> None:
    for _ in range(SHOWING.times * 2):
        try:
            await paces.show(GUILD, FILER, CHANNEL)
        except TooFast:
            continue

    left = [await paces.show(GUILD, VOTER, CHANNEL) for _ in range(CALLING.times)]
    assert left == [True] * CALLING.times
    assert not await paces.show(GUILD, 9, CHANNEL)


async def test_while_nothing_can_be_written_cards_are_private_and_questions_are_refused(
    house: House, paces: PaceService, caplog: pytest.LogCaptureFixture
) -> None:
    house.store.fail("commit", StorageError("the disk is full"), StorageError("the disk is full"))

    assert not await paces.show(GUILD, FILER, CHANNEL)
    assert "could not be counted: the disk is full" in caplog.text
    with pytest.raises(StorageError):
        await paces.ask(GUILD, FILER)


@pytest.mark.parametrize("ahead", [MINUTE + timedelta(microseconds=1), timedelta(days=900)])
async def test_a_time_that_a_wrong_clock_stored_holds_nobody_up(
    house: House, paces: PaceService, ahead: timedelta
) -> None:
    async with house.store.writing() as repos:
        await repos.paces.put(GUILD, ASKING.action, FILER, house.clock.now() + ahead)

    assert len(await ask(paces, 6)) == 1


async def test_rows_whose_time_is_over_are_deleted_as_others_are_written(house: House, paces: PaceService) -> None:
    members = range(1, 41)
    for user_id in members:
        await paces.ask(GUILD, user_id)
    house.clock.advance(MINUTE)
    for user_id in range(100, 100 + len(members) // PRUNED):
        await paces.ask(GUILD, user_id)

    async with house.store.reading() as repos:
        assert [user_id for user_id in members if await repos.paces.get(GUILD, ASKING.action, user_id)] == []


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
async def test_a_pace_is_kept_in_every_stretch_of_time_and_nobody_waits_longer_than_told(waits: list[int]) -> None:
    kept, now, taken = OneTime(), NOON, []
    for wait in waits:
        now += wait * SECOND
        allowed = await take(kept, THREE, GUILD, FILER, now)
        if allowed is None:
            taken.append(now)
        else:
            assert now < allowed <= now + THREE.interval
            assert await take(kept, THREE, GUILD, FILER, allowed - timedelta(microseconds=1)) == allowed

    for first, start in enumerate(taken):
        for last, end in enumerate(taken[first:], start=1):
            assert last <= THREE.times + (end - start) / THREE.interval
