"""Caps: no hearing exceeds them, moderators are notified once, and the court resumes by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from court.announcements.kinds import AdjournmentNotice
from court.errors import ModelUnavailable, RowRefused, StorageError
from court.hearings.budget import SHORTLY, Caps, lower_cap
from court.hearings.conduct import Conditions
from court.hearings.estimates import estimate_hearing
from court.jury.model import Completion, Request
from court.models import MICRO, Case, Price, dollars
from tests.court.hearings.test_queue import Killed
from tests.court.house import GUILD, OTHER_GUILD, House
from tests.court.jury.test_research import give_search
from tests.court.samples import case as sample
from tests.fakes.faults import COMMIT
from tests.fakes.models import finds, hangs, votes
from tests.fakes.world import LEASE

PRICE = Price(3, 15)
SPENT = 5 * (100 * 3 + 20 * 15) + 300 * 3 + 90 * 15
"""What a hearing of the house really costs, in millionths."""


def priced(house: House, caps: Caps | None = None) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: PRICE)
    house.caps = caps or house.caps
    house.restart_services()


def ceiling(house: House) -> int:
    return estimate_hearing(house.jury, sample(), Conditions(), house.clock.now().date()).ceiling


async def spent(house: House, guild_id: int | None = None) -> int:
    async with house.store.reading() as repos:
        return await repos.charges.spent(datetime.min.replace(tzinfo=house.clock.now().tzinfo), guild_id)


async def due(house: House, case: Case) -> datetime | None:
    async with house.store.reading() as repos:
        return await repos.hearing_queue.next_due(case.id)


def notices(house: House) -> list[AdjournmentNotice]:
    posted = [post.announcement for post in house.courier.notices]
    return [notice for notice in posted if isinstance(notice, AdjournmentNotice)]


async def test_what_was_set_aside_is_replaced_by_the_true_cost(house: House) -> None:
    priced(house)
    within: list[int] = []

    async def looks(request: Request) -> Completion:
        within.append(await spent(house))
        return votes()

    house.jury_says(looks)
    await house.heard()

    assert within == [within[0]] * 5
    assert within[0] > SPENT
    assert await spent(house) == await spent(house, GUILD) == SPENT
    assert await spent(house, OTHER_GUILD) == 0


@pytest.mark.parametrize("scope", ["daily", "monthly", "server_daily", "server_monthly"])
async def test_at_a_cap_the_court_adjourns_notifies_once_and_resumes_by_itself(house: House, scope: str) -> None:
    priced(house)
    cap = ceiling(house) + SPENT // 2
    priced(house, Caps(**{scope: cap}))
    first = await house.heard("Can AI write a novel?")
    others = [await house.docketed(f"Can AI {task}?") for task in ("fold laundry", "drive a taxi")]

    await house.hold_all()

    assert [len(await house.sessions(case)) for case in (first, *others)] == [1, 0, 0]
    await house.deliver_all()
    (notice,) = notices(house)
    assert (notice.period, notice.of_host) == ("month" if "monthly" in scope else "day", "server" not in scope)
    assert (notice.spent, notice.cap) == (SPENT, cap)
    until = await due(house, others[0])
    assert notice.until == until
    assert until is not None
    assert until.hour == until.minute == 0
    assert until.day == 1 or "monthly" not in scope

    house.clock.advance(until - house.clock.now())
    assert await house.hold_all() >= 1
    assert len(await house.sessions(others[0])) == 1
    await house.deliver_all()
    assert len(notices(house)) == 2, "the next day's cap holds up the third, and that is announced again"


async def test_a_server_cap_does_not_count_what_other_servers_spend(house: House) -> None:
    priced(house)
    priced(house, Caps(server_daily=ceiling(house) + SPENT // 2))
    await house.set_up(OTHER_GUILD)

    cases = [await house.docketed("Can AI write a novel?"), await house.docketed("Can AI sing?", OTHER_GUILD)]
    await house.hold_all()

    assert [len(await house.sessions(case)) for case in cases] == [1, 1]


async def test_a_lower_cap_of_the_server_itself_applies(house: House) -> None:
    priced(house, Caps(server_daily=MICRO))
    await house.settle_on(daily_cap=1)
    case = await house.docketed()

    await house.hold_all()
    assert await house.sessions(case) == []
    await house.deliver_all()
    (notice,) = notices(house)
    assert (notice.cap, notice.by_admin) == (1, True)

    await house.settle_on(daily_cap=None)
    async with house.store.writing() as repos:
        assert await repos.hearing_queue.resume(house.clock.now(), GUILD) == 1
    await house.hold_all()
    assert len(await house.sessions(case)) == 1


async def test_a_hearing_waits_a_moment_for_what_others_have_set_aside(house: House) -> None:
    priced(house)
    priced(house, Caps(daily=ceiling(house) + 4 * SPENT))
    together = asyncio.Event()
    gate = asyncio.Event()

    async def sits(_request: Request) -> Completion:
        together.set()
        await gate.wait()
        return votes()

    house.jury_says(sits)
    one, other = await house.docketed("Can AI write a novel?"), await house.docketed("Can AI fold laundry?")
    first = asyncio.create_task(house.queue.hold_next())
    await together.wait()

    assert await house.queue.hold_next()

    assert await due(house, other) == house.clock.now() + SHORTLY
    gate.set()
    await first
    house.clock.advance(SHORTLY)
    await house.hold_all()
    assert [len(await house.sessions(case)) for case in (one, other)] == [1, 1]
    await house.deliver_all()
    assert notices(house) == []


async def test_caps_survive_a_killed_process(house: House) -> None:
    priced(house)
    most = ceiling(house)
    priced(house, Caps(daily=most + SPENT))
    case = await house.docketed()
    asked = asyncio.Event()

    async def sits(request: Request) -> Completion:
        asked.set()
        return await hangs(request)

    house.jury_says(sits)
    holding = asyncio.create_task(house.queue.hold_next())
    await asked.wait()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    house.jury_says(votes())

    await house.restart()

    assert await spent(house) == most, "what the killed hearing cost is unknown, so its ceiling counts"
    await house.hold_all()
    assert await house.sessions(case) == []


async def test_after_a_start_with_a_higher_cap_adjourned_cases_are_heard(house: House) -> None:
    priced(house, Caps(daily=1))
    case = await house.docketed()
    await house.hold_all()
    priced(house, Caps(daily=MICRO))

    await house.restart()
    await house.hold_all()

    assert len(await house.sessions(case)) == 1


@pytest.mark.parametrize("searching", [False, True])
async def test_a_hearing_that_the_record_refuses_counts_at_its_true_cost(house: House, searching: bool) -> None:
    found = finds()
    if searching:
        give_search(house, found)
    priced(house)
    await house.docketed()
    house.store.fail("hearings.add", RowRefused("a row violates a constraint"))
    await house.queue.hold_next()

    researched = found.tokens_in * 3 + found.tokens_out * 15 if searching else 0
    assert await spent(house) == SPENT + researched < ceiling(house)


async def test_a_hearing_after_which_the_process_was_killed_counts_at_its_ceiling(house: House) -> None:
    priced(house)
    most = ceiling(house)
    await house.docketed()
    house.store.fail("hearings.add", Killed())
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)
    await house.restart()

    assert await spent(house) == most


async def test_a_charge_that_was_not_stored_is_never_settled(house: House) -> None:
    priced(house)
    case = await house.docketed()
    house.store.fail(COMMIT, None, StorageError("the disk is full"))
    house.store.fail("hearing_queue.postpone", StorageError("the disk is full"))
    await asyncio.gather(house.queue.hold_next(), return_exceptions=True)
    async with house.store.writing() as repos:
        # Another worker's hearing gets the id that the lost charge had.
        await repos.charges.reserve(GUILD, case.id, house.clock.now(), 70)

    await house.queue.hold_next()

    async with house.store.reading() as repos:
        assert await repos.charges.reserved(house.clock.now(), GUILD) == 70, "it is still under way"


async def test_a_start_does_not_repeat_notices(house: House) -> None:
    priced(house, Caps(daily=1))
    await house.docketed()
    for _ in range(3):
        await house.hold_all()
        await house.deliver_all()
        await house.restart()

    assert len(notices(house)) == 1


async def test_reaching_a_raised_cap_is_announced_again(house: House) -> None:
    priced(house)
    most = ceiling(house)
    priced(house, Caps(daily=1))
    await house.docketed("Can AI write a novel?")
    await house.hold_all()
    priced(house, Caps(daily=most + SPENT // 2))
    await house.restart()
    assert await house.hold_all() == 1
    await house.docketed("Can AI fold laundry?")
    await house.hold_all()
    await house.deliver_all()

    assert len(notices(house)) == 2
    assert notices(house)[1].spent == SPENT


async def test_every_guild_is_notified_once_of_the_hosts_cap(house: House) -> None:
    priced(house, Caps(daily=1))
    await house.set_up(OTHER_GUILD)
    for guild_id in (GUILD, OTHER_GUILD):
        for task in ("write a novel", "fold laundry", "drive a taxi"):
            await house.docketed(f"Can AI {task}?", guild_id)

    await house.hold_all()
    await house.deliver_all()

    assert len(notices(house)) == 2


@pytest.mark.parametrize(
    ("caps", "own", "by_admin"),
    [
        (Caps(daily=1), None, False),
        (Caps(server_daily=1), None, False),
        (Caps(server_daily=1), 1, False),
        (Caps(server_daily=1), 2, False),
        (Caps(server_daily=2), 1, True),
        (Caps(), 1, True),
    ],
)
async def test_moderators_are_told_who_can_raise_the_cap(
    house: House, caps: Caps, own: int | None, by_admin: bool
) -> None:
    priced(house, caps)
    await house.settle_on(daily_cap=own)
    await house.docketed()
    await house.hold_all()
    await house.deliver_all()

    assert notices(house)[0].by_admin is by_admin


async def test_money_that_becomes_free_goes_first_to_hearings_that_cannot_wait(house: House) -> None:
    priced(house)
    # One hearing at a time, and after the first there is money for one more.
    priced(house, Caps(daily=ceiling(house) + SPENT + SPENT // 2))
    for juror in house.jurors:
        juror.script(ModelUnavailable("down", billed=False))
    pressing = await house.docketed("Can AI write a novel?")
    await house.hold_all()
    together, gate = asyncio.Event(), asyncio.Event()

    async def sits(_request: Request) -> Completion:
        together.set()
        await gate.wait()
        return votes()

    house.jury_says(sits)
    house.clock.advance(days=1)
    async with house.store.writing() as repos:
        mistrial = await repos.hearing_queue.claim(house.clock.now(), LEASE)
        assert mistrial is not None
        await repos.hearing_queue.postpone(mistrial.id, house.clock.now() + timedelta(seconds=1))
    await house.docketed("Can AI fold laundry?")
    first = asyncio.create_task(house.queue.hold_next())
    await together.wait()
    house.clock.advance(seconds=1)
    assert await house.queue.hold_next()
    assert len(await house.sessions(pressing)) == 1, "what is set aside for the other hearing holds it up"
    later = await house.docketed("Can AI drive a taxi?")

    gate.set()
    await first
    await house.hold_all()

    assert len(await house.sessions(pressing)) == 2
    assert await house.sessions(later) == []


async def test_answers_that_no_cap_covers_are_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.heard("Can AI write a novel?")
    assert "no price is known" not in caplog.text

    await house.settle_on(monthly_cap=MICRO)
    case = await house.heard("Can AI fold laundry?")

    assert f"№ {case.number} session 1: no price is known for 6 answers, so no cap covers them" in caplog.text


@pytest.mark.parametrize(
    ("now", "day", "month"),
    [
        ("2026-12-31T23:59:59.999999", "2027-01-01", "2027-01-01"),
        ("2028-02-28T00:00:00", "2028-02-29", "2028-03-01"),
        ("2028-02-29T12:00:00", "2028-03-01", "2028-03-01"),
        ("2026-01-31T12:00:00", "2026-02-01", "2026-02-01"),
    ],
)
async def test_caps_end_at_midnight_and_at_the_end_of_the_month(house: House, now: str, day: str, month: str) -> None:
    house.clock.advance(datetime.fromisoformat(f"{now}+00:00") - house.clock.now())
    priced(house)
    for caps, until in ((Caps(daily=1), day), (Caps(monthly=1), month)):
        priced(house, caps)
        case = await house.docketed(f"Can AI write {until} novels {len(await house.cases())}?")
        await house.hold_all()
        assert await due(house, case) == datetime.fromisoformat(f"{until}T00:00:00+00:00")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (2_000, "$0.002"),
        (10_000, "$0.01"),
        (420_000, "$0.42"),
        (12_345_678, "$12.35"),
        (1_234_567_890_000, "$1,234,567.89"),
    ],
)
def test_money_is_written_as_people_write_it(amount: int, shown: str) -> None:
    assert dollars(amount) == shown


def test_of_two_caps_the_lower_applies() -> None:
    assert [lower_cap(None, None), lower_cap(3, None), lower_cap(None, 4), lower_cap(3, 4)] == [None, 3, 4, 3]


async def test_the_notice_names_the_end_of_the_day(house: House) -> None:
    priced(house, Caps(daily=1))
    await house.docketed()
    await house.hold_all()
    await house.deliver_all()

    midnight = (house.clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert notices(house)[0].until == midnight
