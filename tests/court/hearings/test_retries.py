"""A retry beyond what was set aside is set aside too, within the caps; if they forbid it, there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from court.errors import ModelUnavailable, RowRefused, StorageError
from court.hearings.budget import Caps
from court.jury.costs import estimate
from court.jury.model import Completion, Request
from court.models import Case, Hearing, Outcome
from tests.court.hearings.test_budget import PRICE, SPENT, ceiling, priced, spent
from tests.court.house import House
from tests.fakes.models import finds, rules, votes

BUSY = ModelUnavailable("HTTP 503", transient=True, retry_after=0)


async def held(house: House, case: Case) -> Hearing:
    (hearing,) = await house.sessions(case)
    return hearing


def of_juror(house: House) -> int:
    """Return the ceiling of one attempt at a juror, from the request that it got."""
    return estimate(PRICE, house.jurors[0].asked[0]).ceiling


async def test_a_retry_is_set_aside_before_it_is_made_and_counted_with_the_failure(house: House) -> None:
    priced(house)
    reserved: list[int] = []

    async def looks(_request: Request) -> Completion:
        reserved.append(await spent(house))
        return votes()

    house.jurors[0].script(BUSY, looks)
    case = await house.heard()

    assert len(house.jurors[0].asked) == 2
    once = of_juror(house)
    assert reserved == [ceiling(house) + once]
    hearing = await held(house, case)
    costs = {opinion.model: opinion.cost for opinion in hearing.opinions}
    assert costs[house.jurors[0].ref] == once + 600
    assert await spent(house) == hearing.usage.cost == SPENT + once


@pytest.mark.parametrize("scope", ["daily", "monthly", "server_daily", "server_monthly"])
async def test_where_the_caps_forbid_it_no_model_is_asked_again(house: House, scope: str) -> None:
    priced(house)
    priced(house, Caps(**{scope: ceiling(house)}))
    house.jurors[0].script(BUSY, votes())
    house.judge.script(BUSY, rules())

    case = await house.heard()

    hearing = await held(house, case)
    outcomes = {opinion.model: opinion.outcome for opinion in hearing.opinions}
    assert outcomes[house.jurors[0].ref] is Outcome.UNAVAILABLE
    assert (len(house.jurors[0].asked), len(house.judge.asked)) == (1, 1)
    assert hearing.judge_usage.cost > 0
    assert hearing.ruling.narrator is None
    assert SPENT < await spent(house) == hearing.usage.cost <= ceiling(house)


async def test_where_the_caps_allow_it_a_model_is_asked_again(house: House) -> None:
    priced(house)
    most = 2 * ceiling(house)
    priced(house, Caps(daily=most, monthly=most, server_daily=most, server_monthly=most))
    house.jurors[0].script(BUSY, votes())

    case = await house.heard()

    assert len(house.jurors[0].asked) == 2
    assert (await held(house, case)).tally.yes == 5


async def test_a_lower_cap_that_an_admin_sets_meanwhile_applies(house: House) -> None:
    priced(house)

    async def fails(_request: Request) -> Completion:
        await house.settle_on(daily_cap=1)
        raise BUSY

    house.jurors[0].script(fails, votes())
    await house.heard()

    assert len(house.jurors[0].asked) == 1


async def test_a_retry_after_midnight_belongs_to_the_day_on_which_the_hearing_began(house: House) -> None:
    priced(house)
    priced(house, Caps(daily=ceiling(house)))

    async def fails(_request: Request) -> Completion:
        house.clock.advance(hours=13)
        raise BUSY

    house.jurors[0].script(fails, votes())
    await house.heard()

    assert len(house.jurors[0].asked) == 1, "the day before has no money left"


async def test_where_it_cannot_be_set_aside_no_model_is_asked_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    priced(house)
    house.store.fail("charges.extend", StorageError("the disk is full"))
    house.jurors[0].script(BUSY, votes())

    case = await house.heard()

    assert len(house.jurors[0].asked) == 1
    assert (await held(house, case)).tally.yes == 4
    assert "cannot be set aside: the disk is full" in caplog.text


async def test_a_hearing_that_came_to_nothing_counts_with_all_its_retries(house: House) -> None:
    priced(house)
    house.jurors[0].script(BUSY, BUSY, votes())
    house.store.fail("hearings.add", RowRefused("a row violates a constraint"))
    await house.docketed()

    await house.queue.hold_next()

    assert await spent(house) == SPENT + 2 * of_juror(house)


async def test_a_failed_search_is_paid_for_and_repeated_at_the_next_hearing(house: House) -> None:
    house.judge = type(house.judge)("judges/judge", rules(), watch=house.store.watch, can_search=True)
    house.seat(*house.jurors)
    priced(house)
    house.judge.script(finds(), rules(), ModelUnavailable("no answer"), rules(), finds(), rules())
    case = await house.heard()
    for _ in range(2):
        house.clock.advance(timedelta(days=31))
        await house.hold_all()

    async with house.store.reading() as repos:
        hearings = await repos.hearings.of_case(case.id)
        found = [await repos.backgrounds.get(hearing.background_id or 0) for hearing in hearings]
        recorded = await repos.statistics.statistics(case.guild_id)
    first, second, third = (one for one in found if one is not None)
    assert (second.text, second.sources, second.at) == (first.text, first.sources, first.at)
    assert (second.researcher, third.researcher) == (None, house.judge.ref)
    assert second.usage.cost > third.usage.cost > 0
    assert recorded.usage.cost == await spent(house)
