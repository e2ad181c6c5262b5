"""What the host is told about money: half of a cap is spent, or the bot is killed again and again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from court.announcements.kinds import HalfSpent, HearingsCutOff
from court.errors import RowRefused
from court.hearings.budget import Caps
from court.jury.model import Completion, Request
from court.models import MICRO, CapPeriod, Case, Price, Usage
from tests.court.house import GUILD, OTHER_GUILD, WEEK, House
from tests.fakes.models import votes

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


async def test_a_lower_cap_of_an_admin_hides_no_half_of_the_hosts(priced: House) -> None:
    await priced.settle_on(daily_cap=MICRO * 12 // 10)
    case = await priced.heard()
    await spend(priced, case, MICRO * 6 // 10)
    other = await priced.heard("Can AI fold laundry?")
    assert len(await priced.sessions(other)) == 1
    assert await halves(priced) == [], "the cap is the admin's own affair"

    await priced.settle_on(daily_cap=None)
    await spend(priced, case, CAP // 2)
    await priced.heard("Can AI drive a taxi?")

    assert [notice.cap for notice in await halves(priced)] == [CAP]


async def test_without_a_cap_of_the_hosts_half_of_the_servers_own_is_told(priced: House) -> None:
    priced.caps = Caps(daily=100 * MICRO)
    priced.restart_services()
    await priced.settle_on(daily_cap=MICRO)
    case = await priced.heard()
    await spend(priced, case, MICRO // 2)
    await priced.heard("Can AI fold laundry?")

    assert [notice.cap for notice in await halves(priced)] == [MICRO]


async def test_half_of_a_cap_that_failed_hearings_have_spent_is_told_too(priced: House) -> None:
    case = await priced.docketed()
    await spend(priced, case, CAP // 2 - 1)
    priced.store.fail("hearings.add", RowRefused("a row violates a constraint"))
    began = priced.clock.now()

    async def until_after_midnight(_request: Request) -> Completion:
        if priced.clock.now() == began:
            priced.clock.advance(days=1)
        return votes()

    priced.jury_says(until_after_midnight)
    assert await priced.queue.hold_next()

    assert await priced.sessions(case) == []
    (notice,) = await halves(priced)
    assert (notice.period, notice.cap) == (CapPeriod.DAY, CAP)
    assert notice.spent > CAP // 2


async def kill_while_it_hears(house: House, hearings: int = 1) -> None:
    """Stop so many hearings in the middle without closing their charges, and start again."""
    begun = asyncio.Semaphore(0)

    async def think(_request: Request) -> Completion:
        begun.release()
        await asyncio.Event().wait()
        raise AssertionError("nobody waits so long")

    house.jury_says(think)
    held = [asyncio.create_task(house.queue.hold_next()) for _ in range(hearings)]
    for _ in range(hearings * len(house.jurors)):
        await begun.acquire()
    for hearing in held:
        hearing.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    house.clock.advance(timedelta(minutes=1))
    assert (await house.restart())[0] == hearings


async def kills_told(house: House) -> list[HearingsCutOff]:
    await house.deliver_all()
    posted = [post.announcement for post in house.courier.posts]
    return [one for one in posted if isinstance(one, HearingsCutOff)]


async def test_a_bot_that_is_killed_again_and_again_tells_its_host(priced: House) -> None:
    await priced.docketed()
    for _ in range(3):
        assert await kills_told(priced) == []
        await kill_while_it_hears(priced)

    (told,) = await kills_told(priced)
    assert (told.starts, told.hearings) == (3, 3)
    assert told.spent > 0
    await priced.restart()
    priced.clock.advance(timedelta(days=2))
    await priced.restart()
    assert await kills_told(priced) == [told]


async def test_one_kill_that_cuts_off_four_hearings_is_one_kill(priced: House) -> None:
    priced.caps = Caps()
    priced.restart_services()
    for number in range(4):
        await priced.docketed(f"Can AI count {number} sheep before it falls asleep?")

    await kill_while_it_hears(priced, hearings=4)
    for _ in range(3):
        await priced.restart()

    assert await kills_told(priced) == []
