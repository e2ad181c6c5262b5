"""A turn of the standing: the alarm, the retrial by other jurors, the new term; and juries that change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from court.errors import ModelUnavailable
from court.jury.prompts import juror_request
from court.models import (
    Ballot,
    Case,
    Disposition,
    Hearing,
    HearingKind,
    Holding,
    Outcome,
    Tally,
    Turn,
    TurnKind,
)
from court.models.work import Precedence
from tests.court.house import GUILD, VERDICT_CHANNEL, WEEK, House
from tests.fakes.models import FakeModel, rules, votes
from tests.fakes.world import LEASE

DAY = timedelta(days=1)
TEN = 10
"""Models in the pool: a panel of five, and five others."""


@pytest.fixture
def pool(house: House) -> list[FakeModel]:
    """Ten jurors for panels of five."""
    models = [house.model(f"vendor{number}/model", votes()) for number in range(1, TEN + 1)]
    house.seat(*models)
    house.jury = type(house.jury)(house.pool(models), house.judge, panel_size=5, timeout=5.0)
    house.restart_services()
    return models


def say(house: House, pool: Sequence[FakeModel], ballot: Ballot, confidence: float = 0.93) -> None:
    for juror in pool:
        juror.script(votes(ballot, confidence))
    house.judge.script(rules(ballot))


async def hear(house: House, case: Case, wait: timedelta = WEEK) -> Hearing:
    house.clock.advance(wait)
    assert await house.hold_all() == 1
    await house.deliver_all()
    return (await house.sessions(case))[-1]


async def held_no(house: House, pool: Sequence[FakeModel], sessions: int = 5) -> Case:
    """Return a case on which the court has held NO for some weeks."""
    say(house, pool, Ballot.NO)
    case = await house.docketed()
    await house.hold_all()
    for _ in range(sessions - 1):
        await hear(house, case)
    return case


async def alarmed(house: House, pool: Sequence[FakeModel], case: Case) -> Hearing:
    """Have the jury say YES until the alarm is raised. Return the session that raised it."""
    say(house, pool, Ballot.YES)
    for _ in range(13):
        hearing = await hear(house, case)
        if (await house.lookup.find(GUILD, case.number)).standing.alarm is not None:
            return hearing
    raise AssertionError("no alarm in thirteen sessions")


async def turns(house: House, case: Case) -> list[Turn]:
    async with house.store.reading() as repos:
        return await repos.turns.of_case(case.id)


async def test_a_confirmed_turn_opens_a_new_term_and_is_announced(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    alarm = await alarmed(house, pool, case)
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.alarm, standing.term, await turns(house, case)) == (Ballot.YES, 1, [])

    retrial = await hear(house, case, DAY)

    assert retrial.kind is HearingKind.RETRIAL
    assert retrial.closed_at - alarm.closed_at <= DAY
    (turn,) = await turns(house, case)
    assert (turn.kind, turn.before, turn.after) == (TurnKind.INFLECTION, Ballot.NO, Ballot.YES)
    assert (turn.session, turn.began) == (retrial.session, 6)
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.holding, standing.term, standing.since, standing.alarm) == (Holding.YES, 2, 6, None)
    assert standing.tally == Tally(yes=5 * (retrial.session - 5))
    assert standing.lifetime == Tally(yes=5 * (retrial.session - 5), no=25)
    (post,) = house.courier.turns
    assert post.ref.channel_id == VERDICT_CHANNEL
    assert post.overview.turn == turn
    assert post.overview.hearing == retrial


async def test_a_retrial_is_held_by_other_jurors(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    alarm = await alarmed(house, pool, case)
    retrial = await hear(house, case, DAY)

    before = {opinion.model for opinion in alarm.opinions}
    assert before.isdisjoint({opinion.model for opinion in retrial.opinions})
    assert retrial.seats == 5


async def test_a_retrial_that_does_not_concur_leaves_the_standing_unchanged(
    house: House, pool: list[FakeModel]
) -> None:
    case = await held_no(house, pool)
    await alarmed(house, pool, case)
    say(house, pool, Ballot.NO)

    retrial = await hear(house, case, DAY)

    assert retrial.kind is HearingKind.RETRIAL
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.term, standing.alarm, await turns(house, case)) == (1, None, [])
    assert (await hear(house, case)).kind is HearingKind.ROUTINE
    assert house.courier.turns == []


async def test_a_retrial_has_precedence_and_stays_pending_after_a_mistrial(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    await alarmed(house, pool, case)
    house.clock.advance(DAY)
    async with house.store.writing() as repos:
        due_hearing = await repos.hearing_queue.claim(house.clock.now(), LEASE)
        assert due_hearing is not None
        assert (due_hearing.case_id, due_hearing.precedence) == (case.id, Precedence.RETRIAL)
        await repos.hearing_queue.postpone(due_hearing.id, house.clock.now())
    for juror in pool:
        juror.script(ModelUnavailable("down"))

    mistrial = await hear(house, case, timedelta())
    assert not mistrial.tallied
    assert (await house.lookup.find(GUILD, case.number)).standing.alarm is Ballot.YES

    say(house, pool, Ballot.YES)
    assert (await hear(house, case, DAY)).kind is HearingKind.RETRIAL
    assert len(await turns(house, case)) == 1


def change_jury(house: House, pool: Sequence[FakeModel], count: int = 5) -> list[FakeModel]:
    """Seat another pool and return it. The former models can still be asked."""
    new = [house.model(f"maker{number}/model", votes()) for number in range(1, count + 1)]
    before = {model.ref: model for model in pool}
    house.jury = type(house.jury)(house.pool(new), house.judge, panel_size=5, timeout=5.0, finder=before.get)
    house.restart_services()
    return new


async def test_a_new_jury_with_another_opinion_is_no_inflection(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    new = change_jury(house, pool)
    say(house, new, Ballot.YES)

    bridge = await hear(house, case)

    assert bridge.kind is HearingKind.BRIDGE
    assert len(bridge.former) == 5
    assert {opinion.ballot for opinion in bridge.former} == {Ballot.NO}
    (turn,) = await turns(house, case)
    assert (turn.kind, turn.before, turn.after) == (TurnKind.JURY_CHANGED, Ballot.NO, Ballot.YES)
    (post,) = house.courier.turns
    assert post.overview.turn == turn
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.holding, standing.since, standing.lifetime.total) == (Holding.YES, 6, 30)
    assert (await hear(house, case)).kind is HearingKind.ROUTINE


async def test_a_new_jury_that_agrees_is_not_announced(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    new = change_jury(house, pool)
    say(house, new, Ballot.NO)

    bridge = await hear(house, case)

    assert bridge.kind is HearingKind.BRIDGE
    assert await turns(house, case) == []
    assert (await hear(house, case)).kind is HearingKind.ROUTINE


async def test_a_case_with_only_a_mistrial_needs_no_bridge(house: House, pool: list[FakeModel]) -> None:
    for juror in pool:
        juror.script(ModelUnavailable("down"))
    case = await house.docketed()
    await house.hold_all()
    new = change_jury(house, pool)
    say(house, new, Ballot.YES)

    assert (await hear(house, case, DAY)).kind is HearingKind.ROUTINE


async def test_a_bridge_is_held_although_the_former_jury_is_gone(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    say(house, change_jury(house, []), Ballot.YES)

    bridge = await hear(house, case)

    assert (bridge.kind, bridge.verdict) == (HearingKind.BRIDGE, Ballot.YES)
    assert [opinion.outcome for opinion in bridge.former] == [Outcome.UNAVAILABLE] * 5
    assert await turns(house, case) == [], "one jury alone cannot show a change of juries"
    assert (await hear(house, case)).kind is not HearingKind.BRIDGE


async def test_a_jury_change_while_a_retrial_is_pending_is_bridged_at_once(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    alarm = await alarmed(house, pool, case)
    say(house, change_jury(house, pool), Ballot.YES)

    bridge = await hear(house, case, DAY)

    assert bridge.kind is HearingKind.BRIDGE
    assert {opinion.model for opinion in bridge.former} == {opinion.model for opinion in alarm.opinions}
    (turn,) = await turns(house, case)
    assert (turn.kind, turn.session) == (TurnKind.INFLECTION, bridge.session), "both juries hold YES on the same day"


async def test_a_hung_retrial_confirms_nothing(house: House, pool: list[FakeModel]) -> None:
    case = await held_no(house, pool)
    alarm = await alarmed(house, pool, case)
    others = [model for model in pool if model.ref not in {opinion.model for opinion in alarm.opinions}]
    for juror, ballot in zip(others, [Ballot.YES, Ballot.YES, Ballot.NO, Ballot.NO], strict=False):
        juror.script(votes(ballot, 0.9))
    others[4].script(votes("CANNOT_TELL"))

    retrial = await hear(house, case, DAY)

    assert (retrial.kind, retrial.disposition) == (HearingKind.RETRIAL, Disposition.HUNG_JURY)
    standing = (await house.lookup.find(GUILD, case.number)).standing
    assert (standing.alarm, standing.term, await turns(house, case)) == (None, 1, [])


async def test_the_jury_of_a_session_held_before_juries_were_recorded_is_asked_with_the_first_prompt(
    house: House, pool: list[FakeModel]
) -> None:
    case = await house.docketed()
    old = await house.hearings.hold(case, 1, None)
    async with house.store.writing() as repos:
        await repos.hearings.add(replace(old, roster=None, seed=None))
    for model in pool:
        model.asked.clear()

    await house.hold_all()

    first, bridge = await house.sessions(case)
    assert (bridge.kind, bridge.session) == (HearingKind.BRIDGE, 2)
    assert [opinion.model for opinion in bridge.former] == [opinion.model for opinion in first.opinions]
    asked = juror_request(case.statement, house.clock.now().date(), "00000000", version=1).system
    assert sum(request.system == asked for model in pool for request in model.asked) == 5
