"""What the court has done, in numbers, and what it cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from court.hearings.budget import Caps
from court.jury.pool import Jury
from court.jury.seating import Seating
from court.models import Disposition, ModelRef, Outcome, Price, Usage
from court.models.work import Adjourned
from court.servers.statistics import Spending
from tests.court.house import GUILD, MODERATOR, NOBODY, OTHER_GUILD, OWNER, House
from tests.fakes.models import refuses
from tests.fakes.world import NOON


async def spend(house: House, at: datetime, amount: int, *, settled: bool = True) -> None:
    """Charge `amount` for a hearing of the only case."""
    (case,) = await house.cases()
    async with house.store.writing() as repos:
        charge = await repos.charges.reserve(case.guild_id, case.id, at, amount)
        if settled:
            await repos.charges.settle(charge, Usage(cost=amount))


async def test_hearings_seats_and_tokens_are_counted(house: House) -> None:
    await house.heard()
    await house.docketed("Can AI fold laundry?")

    report = await house.statistics.report(GUILD, NOBODY)

    found = report.statistics
    assert (found.cases, found.heard, found.hearings) == (2, 1, {Disposition.FIRST_RULING: 1})
    assert {name: dict(outcomes) for name, outcomes in found.seats.items()} == {
        f"vendor{number}": {Outcome.BALLOT: 1} for number in range(1, 6)
    }
    assert found.usage.tokens_in > 0
    assert report.since is None


async def test_moderators_see_what_a_cap_holds_up(house: House) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    house.caps = Caps(daily=1)
    house.restart_services()
    for task in ("write a novel", "fold laundry"):
        await house.docketed(f"Can AI {task}?")
    assert (await house.statistics.budget(GUILD)).adjourned is None

    await house.hold_all()

    midnight = house.clock.now().replace(hour=0, minute=0) + timedelta(days=1)
    assert (await house.statistics.budget(GUILD)).adjourned == Adjourned(2, midnight)
    assert (await house.statistics.report(GUILD, NOBODY)).budget is None


async def test_a_number_of_days_leaves_out_what_was_before(house: House) -> None:
    await house.heard()
    house.jury_says(refuses())
    house.clock.advance(days=95)
    assert await house.queue.hold_next()
    house.clock.advance(days=2)

    week, all_time = await house.statistics.report(GUILD, NOBODY, days=7), await house.statistics.report(GUILD, NOBODY)

    assert week.since == house.clock.now() - timedelta(days=7)
    assert week.statistics.hearings == {Disposition.MISTRIAL: 1}
    assert all_time.statistics.heard == 2
    assert week.statistics.cases == all_time.statistics.cases == 1


async def test_only_moderators_see_the_money(house: House) -> None:
    assert (await house.statistics.report(GUILD, NOBODY)).budget is None
    assert (await house.statistics.report(GUILD, MODERATOR)).budget is not None
    assert (await house.statistics.report(GUILD, OWNER)).budget is not None
    assert (await house.statistics.report(OTHER_GUILD, MODERATOR)).budget is None


async def test_today_and_this_month_are_in_utc(house: House) -> None:
    await house.docketed()
    await spend(house, datetime(2026, 1, 15, 0, 0, tzinfo=UTC), 1)
    await spend(house, datetime(2026, 1, 14, 23, 59, tzinfo=UTC), 20)
    await spend(house, datetime(2026, 1, 1, 0, 0, tzinfo=UTC), 300)
    await spend(house, datetime(2025, 12, 31, 23, 59, tzinfo=UTC), 4_000)

    budget = await house.statistics.budget(GUILD)

    assert (budget.today.spent, budget.month.spent) == (1, 321)


async def test_what_is_set_aside_counts_as_spent_until_it_is_settled(house: House) -> None:
    await house.docketed()
    await house.servers.cap(GUILD, daily=1_000)
    await spend(house, NOON, 400, settled=False)

    assert (await house.statistics.budget(GUILD)).today == Spending(400, 1_000)
    assert (await house.statistics.budget(GUILD)).today.left == 600


@pytest.mark.parametrize(
    ("own", "hosts", "cap", "by_host"),
    [
        (0, None, None, False),
        (500, None, 500, False),
        (0, 700, 700, True),
        (500, 700, 500, False),
        (700, 700, 700, False),
        (900, 700, 700, True),
    ],
)
async def test_the_lower_cap_applies(house: House, own: int, hosts: int | None, cap: int | None, by_host: bool) -> None:
    await house.servers.cap(GUILD, daily=own, monthly=own * 2)
    house.caps = Caps(server_daily=hosts, server_monthly=hosts and hosts * 2)
    house.restart_services()

    budget = await house.statistics.budget(GUILD)

    assert budget.today == Spending(0, cap, by_host)
    assert budget.month == Spending(0, cap and cap * 2, by_host)


async def test_models_without_a_price_are_named_in_the_budget(house: House) -> None:
    assert (await house.statistics.budget(GUILD)).unpriced == (*house.jury.pool, house.judge.ref)

    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    house.restart_services()

    assert (await house.statistics.budget(GUILD)).unpriced == ()


async def test_models_whose_price_is_assumed_are_named_in_the_budget(house: House) -> None:
    assumed = tuple(house.jury.pool)[:2]
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15), assumed=assumed)
    house.restart_services()

    budget = await house.statistics.budget(GUILD)

    assert (budget.unpriced, budget.assumed) == ((), assumed)


def test_nothing_is_left_beyond_a_cap_and_without_one_there_is_no_remainder() -> None:
    assert Spending(1_200, 1_000).left == 0
    assert Spending(1_200, None).left is None


def test_seating_counts_models_and_families_and_at_most_one_seat_per_model(house: House) -> None:
    refs = ["acme/a", "acme/b", "reseller/acme/c", "reseller/zenith/d"]
    pool = {ModelRef.parse(ref): house.model(ref) for ref in refs}

    assert Seating.of(Jury(pool, None, 5, 5.0, rehearsal=True)) == Seating(4, 4, 2, rehearsal=True)
    assert Seating.of(Jury({}, None, 5, 5.0)) == Seating(0, 0, 0)
