"""A recount replays every stored hearing and finds what was tampered with. Once applied, it finds nothing more."""

from __future__ import annotations

from dataclasses import replace

from court.counting.intervals import RETRIAL_WITHIN
from court.counting.verdicts import RULE_VERSION
from court.hearings.recount import Difference, recounted
from court.models import Ballot, Case, Disposition, HearingKind, Standing
from tests.court.house import GUILD, WEEK, House
from tests.fakes.models import refuses, votes


async def recount(house: House, *, apply: bool = False) -> list[Difference]:
    found = [await house.recounts.recount(case, apply=apply) for case in await house.recounts.cases()]
    return [difference for one in found for difference in one.differences]


async def held(house: House) -> Case:
    case = await house.heard()
    for ballot in (Ballot.YES, Ballot.NO, Ballot.ALMOST):
        house.jury_says(*[votes(ballot, 0.9)] * 4, votes(Ballot.NO, 0.7))
        house.clock.advance(WEEK)
        await house.hold_all()
    return case


async def test_an_untouched_record_has_no_differences(house: House) -> None:
    await held(house)
    await house.heard("Can AI fold laundry?")

    assert await recount(house) == []


async def test_tampering_is_found_and_corrected_only_on_demand(house: House) -> None:
    case = await held(house)
    honest = await house.sessions(case)
    before = (await house.lookup.find(GUILD, case.number)).standing
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
    assert (await house.lookup.find(GUILD, case.number)).standing == before
    assert await recount(house) == [], "a recount is a fixed point"


async def test_recounting_stored_sessions_gives_the_same_sessions(house: House) -> None:
    case = await held(house)
    sessions = await house.sessions(case)

    assert recounted(sessions) == sessions
    assert recounted(recounted(sessions)) == sessions


async def test_only_cases_that_were_heard_are_recounted(house: House) -> None:
    case = await house.heard()
    await house.filed("Can AI fold laundry?")

    assert [one.id for one in await house.recounts.cases()] == [case.id]


async def test_an_older_rule_with_the_same_result_is_no_difference(house: House) -> None:
    case = await held(house)
    (first, *_) = await house.sessions(case)
    async with house.store.writing() as repos:
        await repos.hearings.correct(replace(first, rule_version=0))

    assert await recount(house, apply=True) == []

    assert (await house.sessions(case))[0].rule_version == 0, "a hearing without a difference is left as it is"


async def test_a_lost_alarm_is_raised_again_and_its_retrial_scheduled(house: House) -> None:
    case = await house.docketed()
    for ballot in [Ballot.NO] * 4 + [Ballot.YES] * 2:
        house.jury_says(votes(ballot, 0.93))
        await house.hold_all()
        house.clock.advance(WEEK)
    before = (await house.lookup.find(GUILD, case.number)).standing
    assert before.alarm is Ballot.YES
    async with house.store.writing() as repos:
        await repos.standings.put(case.id, replace(before, alarm=None), house.clock.now())

        await repos.hearing_queue.schedule(case.id, house.clock.now() + 9 * WEEK)

    (found,) = await recount(house, apply=True)

    assert "alarm YES" in found.counted
    assert (await house.lookup.find(GUILD, case.number)).standing == before
    house.clock.advance(RETRIAL_WITHIN)
    assert await house.hold_all() == 1
    assert (await house.sessions(case))[-1].kind is HearingKind.RETRIAL


async def test_differences_from_an_older_rule_are_told_apart_from_tampering(house: House) -> None:
    case = await held(house)
    first, second, *_ = await house.sessions(case)
    async with house.store.writing() as repos:
        await repos.hearings.correct(replace(first, margin=0.456, rule_version=0))
        await repos.hearings.correct(replace(second, margin=0.456))

    found = await recount(house, apply=True)

    assert [(one.session, one.what) for one in found] == [(1, "margin by rule 0"), (2, "margin")]
    assert [one.rule_version for one in await house.sessions(case)] == [RULE_VERSION] * 4


async def test_lost_turns_are_restored_although_one_session_was_a_mistrial(house: House) -> None:
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
