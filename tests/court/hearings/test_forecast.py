"""What a schedule means: hearings a month, and what they may cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from court.hearings.budget import Caps, Limit
from court.hearings.estimates import highest_estimates
from court.hearings.forecast import Forecast
from court.jury.costs import Estimate
from court.models import Ballot, CapPeriod, Price
from tests.court.house import GUILD, OTHER_GUILD, House
from tests.fakes.models import FakeModel, votes

TASKS = ("write a novel", "fold laundry", "referee a football match")
PRICED = Price(3, 15)


@pytest.fixture
async def docket(house: House) -> House:
    """Return a court with three cases on the docket, one filed, and a jury with prices but without a researcher."""
    house.jury = replace(house.jury, tariff=lambda _ref: PRICED)
    house.restart_services()
    for task in TASKS:
        await house.docketed(f"Can AI {task}?")
    await house.filed("Can AI drive a taxi?")
    return house


async def forecast(house: House, guild_id: int = GUILD) -> Forecast:
    return await house.build().services.forecasts.forecast(guild_id)


def hearing_of(house: House) -> Estimate:
    return highest_estimates(house.jury, house.clock.now().date(), researching=True)[0]


@pytest.mark.parametrize(("days", "hearings"), [(1, 90), (7, 13), (30, 3), (90, 1)])
async def test_a_fixed_interval_gives_the_hearings_of_thirty_days(docket: House, days: int, hearings: int) -> None:
    await docket.servers.fix_interval(GUILD, days)

    found = await forecast(docket)

    one = hearing_of(docket)
    assert (found.cases, found.interval_days) == (3, days)
    assert found.hearings == pytest.approx(90 / days)
    assert found.hearing == one
    assert found.month is not None
    assert found.month.ceiling == hearings * one.ceiling > 0
    assert found.month.usual == pytest.approx(one.usual * 90 / days, abs=1)
    assert found.limit is None


async def test_the_courts_own_rule_goes_by_the_last_session_of_each_case(docket: House) -> None:
    await docket.servers.fix_interval(GUILD, 0)
    assert (await forecast(docket)).hearings == pytest.approx(3 * 30 / 7), "as often as can be, until they are heard"

    docket.jury_says(votes(Ballot.YES))
    await docket.hold_all()
    agreed = (await forecast(docket)).hearings

    assert 3 * 30 / 90 <= agreed < 3 * 30 / 45


async def test_an_empty_docket_has_no_hearings_and_one_still_has_its_price(docket: House) -> None:
    found = await forecast(docket, OTHER_GUILD)

    assert (found.cases, found.hearings, found.month) == (0, 0, Estimate())
    assert found.hearing == hearing_of(docket)


@pytest.mark.parametrize(("background_days", "researches"), [(0, 0), (1, 13), (30, 3), (60, 2)])
async def test_research_is_counted_as_often_as_it_is_due(docket: House, background_days: int, researches: int) -> None:
    docket.background_days = background_days
    docket.jury = replace(docket.jury, judge=FakeModel("judges/judge", can_search=True))

    found = await forecast(docket)

    today = docket.clock.now().date()
    hearing, research = highest_estimates(docket.jury, today, researching=background_days > 0)
    assert (research.ceiling > 0) is (background_days > 0)
    assert found.hearing == hearing + research
    assert found.month is not None
    assert found.month.ceiling == 13 * hearing.ceiling + researches * research.ceiling


async def test_without_a_price_or_a_jury_no_cost_is_named(docket: House) -> None:
    unpriced = docket.jurors[0].ref
    docket.jury = replace(docket.jury, tariff=lambda ref: None if ref == unpriced else PRICED)
    no_price = await forecast(docket)
    docket.jury = replace(docket.jury, pool={}, tariff=lambda _ref: PRICED)
    no_jury = await forecast(docket)

    for found in (no_price, no_jury):
        assert (found.cases, found.hearing, found.month, found.limit) == (3, None, None, None)
        assert found.hearings == pytest.approx(90 / 7)


async def test_the_cap_that_allows_least_is_named_if_it_allows_less_than_the_month_may_cost(docket: House) -> None:
    month = (await forecast(docket)).month
    assert month is not None

    await docket.servers.cap(GUILD, daily=month.ceiling, monthly=month.ceiling)
    assert (await forecast(docket)).limit is None

    await docket.servers.cap(GUILD, monthly=month.ceiling - 1)
    assert (await forecast(docket)).limit == Limit(month.ceiling - 1, CapPeriod.MONTH, of_host=False)

    await docket.servers.cap(GUILD, daily=10_000)
    assert (limit := (await forecast(docket)).limit) == Limit(10_000, CapPeriod.DAY, of_host=False)
    assert limit.monthly == 300_000

    docket.caps = Caps(server_daily=9_000)
    assert (await forecast(docket)).limit == Limit(9_000, CapPeriod.DAY, of_host=True)
