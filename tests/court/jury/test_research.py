"""A case is looked up before its first hearing, and again when its background is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from court.errors import ModelUnavailable
from court.jury.model import Completion, Request
from court.jury.research import ResearchService
from court.models import Background, Case, Price, Source
from tests.court.house import GUILD, WEEK, House
from tests.court.samples import case as sample
from tests.fakes.meter import NotingMeter
from tests.fakes.models import FakeModel, Step, babbles, finds, refuses, rules

STUDY = Source("A study", "https://example.org/study")
INVENTED = "https://example.org/invented"


def give_search(house: House, *steps: Step) -> FakeModel:
    """Give the judge a search tool, and return the model that answers its research requests."""
    searching = FakeModel("researcher/model", *steps, watch=house.store.watch, can_search=True)
    house.jury = replace(house.jury, judge=_SearchingJudge(house.judge, searching))
    house.restart_services()
    return searching


class _SearchingJudge(FakeModel):
    """A judge that can search: one model answers for its rulings, another for its research."""

    def __init__(self, judge: FakeModel, searching: FakeModel) -> None:
        super().__init__("judges/judge", rules(), can_search=True)
        self._judge, self._searching = judge, searching

    async def complete(self, request: Request) -> Completion:
        return await (self._searching if request.searching else self._judge).complete(request)


async def background(house: House, case: Case) -> Background | None:
    async with house.store.reading() as repos:
        return await repos.backgrounds.latest(case.id)


async def test_the_first_hearing_has_a_background_from_the_search(house: House) -> None:
    searching = give_search(house, finds(urls=[STUDY.url, INVENTED], found=[STUDY]))

    case = await house.heard()

    found = await background(house, case)
    assert found is not None
    assert (found.text, found.sources, found.dropped) == ("Two systems were measured.", (STUDY,), 1)
    assert found.at == house.clock.now()
    (hearing,) = await house.sessions(case)
    assert hearing.background_id == found.id
    assert all("Two systems were measured." in juror.asked[0].user for juror in house.jurors)
    assert all("Two systems were measured." not in juror.asked[0].system for juror in house.jurors)
    assert (await house.lookup.find(GUILD, case.number)).background == found
    assert len(searching.asked) == 1


async def test_a_background_is_used_until_it_is_old(house: House) -> None:
    searching = give_search(house, finds())
    case = await house.heard()
    for _ in range(5):
        house.clock.advance(WEEK)
        await house.hold_all()

    assert len(searching.asked) == 2, "30 days are over in the fifth week"
    ids = [hearing.background_id for hearing in await house.sessions(case)]
    assert ids[0] == ids[4] != ids[5]


async def test_a_host_may_turn_research_off(house: House) -> None:
    searching = give_search(house, finds())
    house.background_days = 0
    house.restart_services()

    case = await house.heard()

    assert searching.asked == []
    assert await background(house, case) is None
    assert [hearing.background_id for hearing in await house.sessions(case)] == [None]


async def test_without_a_search_tool_there_is_no_public_reference_and_none_is_invented(house: House) -> None:
    case = await house.heard()

    found = await background(house, case)
    assert found is not None
    assert (found.text, found.sources, found.researcher) == ("", (), None)
    assert "briefs" in house.jurors[0].asked[0].user


async def test_a_search_tool_that_is_added_later_is_used_at_the_next_hearing(house: House) -> None:
    case = await house.heard()
    give_search(house, finds())
    house.clock.advance(WEEK)
    await house.hold_all()

    found = await background(house, case)
    assert found is not None
    assert found.sources == (STUDY,)


@pytest.mark.parametrize("step", [refuses(), babbles(), finds(urls=[INVENTED]), finds(found=[])])
async def test_an_answer_without_sources_is_not_a_reference(house: House, step: Step) -> None:
    give_search(house, step)
    case = await house.heard()

    found = await background(house, case)
    assert found is not None
    assert (found.text, found.sources) == ("", ())
    assert found.usage.tokens_in > 0
    assert len(await house.sessions(case)) == 1


async def test_a_researcher_that_cannot_be_reached_is_tried_again_and_delays_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    searching = give_search(house, ModelUnavailable("the vendor answered 503"))
    case = await house.heard()
    assert await background(house, case) is None
    assert "no background for №" in caplog.text

    searching.script(finds())
    house.clock.advance(WEEK)
    await house.hold_all()

    assert [bool(hearing.background_id) for hearing in await house.sessions(case)] == [False, True]


async def test_research_is_part_of_what_the_hearing_cost(house: House) -> None:
    give_search(house, finds())
    house.jury = replace(house.jury, tariff=lambda _ref: Price(1, 1, 0.01))
    house.restart_services()
    case = await house.heard()

    async with house.store.reading() as repos:
        spent = await repos.charges.spent(house.clock.now() - timedelta(days=1))
        assert await repos.charges.reserved(house.clock.now() - timedelta(days=1)) == 0
    (hearing,) = await house.sessions(case)
    assert spent == hearing.usage.cost + 5_300 + 20_000


async def test_research_is_metered_whether_it_succeeds_or_fails(house: House) -> None:
    give_search(house, finds(), ModelUnavailable("the vendor answered 503"))
    house.jury = replace(house.jury, tariff=lambda _ref: Price(1, 1, 0.01))
    meter = NotingMeter()
    research = ResearchService(house.jury, house.clock, house.chance, 30, meter)
    case = sample("1B0C", "Can AI write a novel?")

    found = await research.research(case)
    assert found is not None
    # What a failed attempt may have cost counts as well.
    failed = await research.research(case)
    assert failed is not None

    assert house.jury.researcher is not None
    ref = house.jury.researcher.ref
    assert [who for who, _ in meter.research] == [ref, ref]
    assert [usage.cost for _, usage in meter.research] == [found.usage.cost, failed.usage.cost]


async def test_the_background_of_another_case_is_never_shown(house: House) -> None:
    give_search(house, finds())
    case, other = await house.heard(), await house.heard("Can AI fold laundry?")
    (hearing,), (foreign,) = await house.sessions(case), await house.sessions(other)
    async with house.store.writing() as repos:
        mixed_up = replace(hearing, session=2, background_id=foreign.background_id)
        await repos.hearings.add(mixed_up)

    shown = await house.lookup.find(GUILD, case.number)

    assert (shown.hearing, shown.background) == (mixed_up, None)


@pytest.mark.parametrize("step", [refuses(), babbles(), finds()])
async def test_the_cost_of_research_is_in_the_statistics_and_in_the_charges(house: House, step: Step) -> None:
    give_search(house, step)
    house.jury = replace(house.jury, tariff=lambda _ref: Price(1, 1, 0.01))
    house.restart_services()
    case = await house.heard()

    async with house.store.reading() as repos:
        statistics = await repos.statistics.statistics(GUILD)
        found = await repos.backgrounds.latest(case.id)
        assert await repos.charges.spent(house.clock.now()) == statistics.usage.cost
    assert found is not None
    assert found.usage.cost > 0
