"""A recount replays every stored hearing; it finds what was tampered with, and once applied it finds nothing."""

from __future__ import annotations

from dataclasses import replace

from court.models import Ballot, Case, Disposition, Standing
from court.services.recounts import Difference, RecountService, recounted
from tests.fakes.models import votes
from tests.services.house import GUILD, WEEK, House


async def recount(house: House, *, apply: bool = False) -> list[Difference]:
    service = RecountService(house.store)
    found = [await service.recount(case, apply=apply) for case in await service.cases()]
    return [difference for one in found for difference in one.differences]


async def held(house: House) -> Case:
    case = await house.heard()
    for ballot in (Ballot.YES, Ballot.NO, Ballot.ALMOST):
        house.jury_says(*[votes(ballot, 0.9)] * 4, votes(Ballot.NO, 0.7))
        house.clock.advance(WEEK)
        await house.hold_all()
    return case


async def test_an_honest_record_has_nothing_to_report(house: House) -> None:
    await held(house)
    await house.heard("Can AI fold laundry?")

    assert await recount(house) == []


async def test_what_was_tampered_with_is_found_and_changed_on_demand_only(house: House) -> None:
    case = await held(house)
    honest = await house.sessions(case)
    before = (await house.records.find(GUILD, case.docket_number)).standing
    async with house.store.writing() as records:
        await records.hearings.correct(
            replace(honest[1], verdict=Ballot.NO, confidence=0.99, disposition=Disposition.OVERTURNED)
        )
        await records.standings.put(case.id, Standing(), house.clock.now())

    found = await recount(house)

    assert {(one.session, one.what) for one in found} == {
        (2, "verdict"),
        (2, "panel confidence"),
        (2, "disposition"),
        (None, "standing"),
    }
    verdict = next(one for one in found if one.what == "verdict")
    assert (verdict.stored, verdict.counted) == ("NO", "YES")
    assert await recount(house) == found, "nothing was changed"

    assert await recount(house, apply=True) == found
    assert await house.sessions(case) == honest
    assert (await house.records.find(GUILD, case.docket_number)).standing == before
    assert await recount(house) == [], "a recount is a fixed point"


async def test_a_hearing_replayed_from_its_rows_gives_its_verdict(house: House) -> None:
    case = await held(house)
    sessions = await house.sessions(case)

    assert recounted(sessions) == sessions
    assert recounted(recounted(sessions)) == sessions


async def test_cases_that_left_the_docket_are_counted_too_and_unheard_ones_not(house: House) -> None:
    case = await house.heard()
    await house.filed("Can AI fold laundry?")

    assert [one.id for one in await RecountService(house.store).cases()] == [case.id]
