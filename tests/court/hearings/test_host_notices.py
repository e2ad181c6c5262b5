"""What the host is told about money: half of a cap is spent, or the bot is killed again and again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from court.announcements.kinds import HalfSpent, HearingsCutOff
from court.hearings.budget import Caps
from court.jury.model import Completion, Request
from court.models import MICRO, CapPeriod, Case, Price, Usage
from tests.court.house import GUILD, OTHER_GUILD, WEEK, House

HOST_CHANNEL = 900
CAP = 10 * MICRO


@pytest.fixture
def priced(house: House) -> House:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    house.caps = Caps(daily=100 * MICRO, server_daily=CAP, server_monthly=3 * CAP)
    house.host_channel_id = HOST_CHANNEL
    house.restart_services()
    return house


async def spend(house: House, case: Case, amount: int) -> None:
    """Record that a hearing of the case has just cost that many millionths of a US dollar."""
    async with house.store.writing() as repos:
        charge = await repos.charges.reserve(case.guild_id, case.id, house.clock.now(), amount)
        await repos.charges.settle(charge, Usage(cost=amount))


async def halves(house: House) -> list[HalfSpent]:
    """Deliver everything. Return the notices of half a cap, which go to the host's channel."""
    await house.deliver_all()
    found = [post for post in house.courier.posts if isinstance(post.announcement, HalfSpent)]
    assert {post.ref.channel_id for post in found} <= {HOST_CHANNEL}
    return [post.announcement for post in found if isinstance(post.announcement, HalfSpent)]


async def test_the_host_is_told_once_a_day_that_half_of_a_cap_is_spent(
    priced: House, caplog: pytest.LogCaptureFixture
) -> None:
    case = await priced.heard()
    assert await halves(priced) == []

    await spend(priced, case, CAP // 2)
    for _ in range(2):
        await priced.heard(f"Can AI count {_} sheep before it falls asleep?")
    (notice,) = await halves(priced)
    assert (notice.server_id, notice.period, notice.cap) == (GUILD, CapPeriod.DAY, CAP)
    assert CAP // 2 < notice.spent < CAP
    assert f"server {GUILD} has spent $5.01, half or more of its cap of $10.00 per day" in caplog.text

    priced.clock.advance(WEEK)
    await spend(priced, case, CAP // 2)
    assert await priced.hold_all() == 3
    assert len(await halves(priced)) == 2


async def test_half_of_the_month_is_told_beside_half_of_the_day(priced: House) -> None:
    case = await priced.docketed()
    for _ in range(4):
        await spend(priced, case, 4 * MICRO)
        priced.clock.advance(days=1)
    await spend(priced, case, 6 * MICRO)

    assert await priced.hold_all() == 1

    assert sorted(notice.period for notice in await halves(priced)) == [CapPeriod.DAY, CapPeriod.MONTH]


async def test_what_other_servers_spend_is_not_counted(priced: House) -> None:
    await priced.set_up(OTHER_GUILD)
    other = await priced.docketed("Can AI fold laundry?", OTHER_GUILD)
    await spend(priced, other, 9 * MICRO)

    await priced.docketed()
    async with priced.store.writing() as repos:
        await repos.guilds.leave(OTHER_GUILD, priced.clock.now())
    await priced.hold_all()

    assert await halves(priced) == []


async def test_a_bot_that_is_killed_again_and_again_tells_its_host(priced: House) -> None:
    await priced.docketed()
    begun = asyncio.Event()

    async def think(_request: Request) -> Completion:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody waits so long")

    async def kill_while_it_hears() -> None:
        begun.clear()
        priced.jury_says(think)
        hearing = asyncio.create_task(priced.queue.hold_next())
        await begun.wait()
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)

    for _ in range(3):
        await kill_while_it_hears()
        assert (await priced.restart())[0] == 1
    await priced.deliver_all()

    told = [post.announcement for post in priced.courier.posts if isinstance(post.announcement, HearingsCutOff)]
    assert [notice.hearings for notice in told] == [3]
    assert told[0].spent > 0
    priced.clock.advance(timedelta(days=2))
    await priced.restart()
    await priced.deliver_all()
    assert len([post for post in priced.courier.posts if isinstance(post.announcement, HearingsCutOff)]) == 1
