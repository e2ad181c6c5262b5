"""A recount replays every stored hearing; it finds what was tampered with, and once applied it finds nothing."""

from __future__ import annotations

from dataclasses import replace

from court.counting.intervals import RETRIAL_WITHIN
from court.counting.verdicts import RULE_VERSION
from court.hearings.recount import Difference, RecountService, recounted
from court.models import Ballot, Case, Disposition, HearingKind, Standing
from tests.court.house import GUILD, WEEK, House
from tests.fakes.models import refuses, votes


async def recount(house: House, *, apply: bool = False) -> list[Difference]:
    service = RecountService(house.store, house.clock)
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
    before = (await house.lookup.find(GUILD, case.docket_number)).standing
    async with house.store.writing() as repos:
        await repos.hearings.correct(
            replace(honest[1], verdict=Ballot.NO, confidence=0.99, disposition=Disposition.OVERTURNED)
        )
        await repos.standings.put(case.id, Standing(), house.clock.now())

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
    assert (await house.lookup.find(GUILD, case.docket_number)).standing == before
    assert await recount(house) == [], "a recount is a fixed point"


async def test_a_hearing_replayed_from_its_rows_gives_its_verdict(house: House) -> None:
    case = await held(house)
    sessions = await house.sessions(case)

    assert recounted(sessions) == sessions
    assert recounted(recounted(sessions)) == sessions


async def test_cases_that_left_the_docket_are_counted_too_and_unheard_ones_not(house: House) -> None:
    case = await house.heard()
    await house.filed("Can AI fold laundry?")

    assert [one.id for one in await RecountService(house.store, house.clock).cases()] == [case.id]


async def test_an_older_rule_that_gave_the_same_is_no_difference(house: House) -> None:
    case = await held(house)
    (first, *_) = await house.sessions(case)
    async with house.store.writing() as repos:
        await repos.hearings.correct(replace(first, rule_version=0))

    assert await recount(house, apply=True) == []

    assert (await house.sessions(case))[0].rule_version == 0, "what differs in nothing is left as it is"


async def test_an_alarm_that_is_lost_is_raised_again_from_the_rows(house: House) -> None:
    case = await house.docketed()
    for ballot in [Ballot.NO] * 4 + [Ballot.YES] * 2:
        house.jury_says(votes(ballot, 0.93))
        await house.hold_all()
        house.clock.advance(WEEK)
    before = (await house.lookup.find(GUILD, case.docket_number)).standing
    assert before.alarm is Ballot.YES
    async with house.store.writing() as repos:
        await repos.standings.put(case.id, replace(before, alarm=None), house.clock.now())

        await repos.hearing_queue.schedule(case.id, house.clock.now() + 9 * WEEK)

    (found,) = await recount(house, apply=True)

    assert "alarm YES" in found.counted
    assert (await house.lookup.find(GUILD, case.docket_number)).standing == before
    house.clock.advance(RETRIAL_WITHIN)
    assert await house.hold_all() == 1
    assert (await house.sessions(case))[-1].kind is HearingKind.RETRIAL


async def test_what_an_older_rule_counted_otherwise_is_told_apart_from_what_was_tampered_with(house: House) -> None:
    case = await held(house)
    first, second, *_ = await house.sessions(case)
    async with house.store.writing() as repos:
        await repos.hearings.correct(replace(first, margin=0.456, rule_version=0))
        await repos.hearings.correct(replace(second, margin=0.456))

    found = await recount(house, apply=True)

    assert [(one.session, one.what) for one in found] == [(1, "margin by rule 0"), (2, "margin")]
    assert [one.rule_version for one in await house.sessions(case)] == [RULE_VERSION] * 4


async def test_turns_that_are_lost_are_found_again_and_a_mistrial_has_nothing_to_count(house: House) -> None:
    case = await house.docketed()
    for step in [votes(Ballot.NO, 0.93)] * 4 + [refuses()] + [votes(Ballot.YES, 0.93)] * 3:
        house.jury_says(step)
        await house.hold_all()
        house.clock.advance(WEEK)
    assert not (await house.sessions(case))[4].tallied
    async with house.store.writing() as repos:
        (turn,) = await repos.turns.of_case(case.id)
        await repos.turns.put(case.id, [])

    (found,) = await recount(house, apply=True)

    assert (found.what, found.stored, found.counted) == ("turns", "none", "inflection NO→YES in 8")
    async with house.store.reading() as repos:
        assert await repos.turns.of_case(case.id) == [turn]
