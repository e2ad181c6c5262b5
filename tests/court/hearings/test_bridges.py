"""Aliases behind which the vendor puts another model: the names that answered show it, and a bridge follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from court.hearings.bridges import ANOTHER_ANSWERS, NO_MONEY
from court.hearings.preparation import prepare
from court.jury.attempts import Unlimited
from court.jury.model import Completion
from court.jury.polling import NOT_SEATED
from court.models import Ballot, Case, Disposition, Hearing, HearingKind, ModelRef, Outcome, Price, TurnKind
from court.models.work import DueHearing, WorkState
from tests.court.house import GUILD, WEEK, House
from tests.fakes.models import FakeModel, refuses, rules, votes

OLD, NEW = "model-2026-01", "model-2026-06"


def served(answer: Completion, name: str | None) -> Completion:
    return replace(answer, served=name)


async def hear(house: House, case: Case, wait: timedelta = WEEK) -> Hearing:
    house.clock.advance(wait)
    assert await house.hold_all() == 1
    return (await house.sessions(case))[-1]


@pytest.fixture
def pinned(house: House) -> dict[ModelRef, FakeModel]:
    """The models that can still be asked by their dated names. Every juror is an alias, served by its old model."""
    by_name = {juror.ref: house.model(f"{juror.ref.provider}/{OLD}", served(votes(), OLD)) for juror in house.jurors}
    models = {model.ref: model for model in by_name.values()}
    house.jury = replace(house.jury, finder=models.get)
    house.restart_services()
    move(house.jurors, OLD)
    return models


def move(jurors: Sequence[FakeModel], name: str | None, ballot: Ballot = Ballot.YES) -> None:
    for juror in jurors:
        juror.script(served(votes(ballot), name))


async def test_the_names_that_answered_are_on_the_record(house: House) -> None:
    move(house.jurors[:1], OLD)
    house.jurors[1].script(replace(votes(), served=None, system_fingerprint="fp_1"))
    house.judge.script(served(rules(), "judge-2026-02"))
    case = await house.heard()

    (hearing,) = await house.sessions(case)
    first, second = house.jurors[0].ref, house.jurors[1].ref
    assert {opinion.model: opinion.served for opinion in hearing.opinions if opinion.served} == {first: OLD}
    assert [one.system_fingerprint for one in hearing.opinions if one.model == second] == ["fp_1"]
    assert hearing.ruling.narrator_served == "judge-2026-02"
    async with house.store.reading() as repos:
        roster = await repos.rosters.get(hearing.roster or "")
        names = await repos.served_models.all()
    assert roster is not None
    assert roster.served == {first: OLD}
    assert {ref: one.name for ref, one in names.items()} == {first: OLD, house.judge.ref: "judge-2026-02"}
    assert roster.fingerprint != house.jury.roster.fingerprint


async def test_names_that_stay_and_names_that_were_unknown_are_no_change(house: House) -> None:
    move(house.jurors[:2], OLD)
    case = await house.heard()
    move(house.jurors, OLD)

    kinds = [(await hear(house, case)).kind for _ in range(2)]

    assert kinds == [HearingKind.ROUTINE] * 2
    assert sum(len(juror.asked) for juror in house.jurors) == 15


async def test_a_hearing_in_which_an_alias_has_moved_is_a_bridge(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    case = await house.heard()
    move(house.jurors[:1], NEW, Ballot.NO)

    bridge = await hear(house, case)

    assert bridge.kind is HearingKind.BRIDGE
    moved = house.jurors[0].ref
    former = {opinion.model: opinion.ballot for opinion in bridge.former}
    pin = ModelRef(moved.provider, OLD)
    assert former[pin] is Ballot.YES, "it is asked by the name that answered before"
    assert set(former) == {pin, *(juror.ref for juror in house.jurors[1:])}
    assert (bridge.tally.yes, bridge.tally.no) == (4, 1)
    assert len(pinned[pin].asked) == 1
    after = await hear(house, case)
    assert after.kind is HearingKind.ROUTINE


async def test_an_alias_that_has_moved_in_another_case_calls_for_a_bridge(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    case = await house.heard()
    move(house.jurors[:1], NEW)
    await house.heard("Can AI fold laundry?")
    pin = ModelRef(house.jurors[0].ref.provider, OLD)

    house.clock.advance(WEEK)
    await house.hold_all()

    _, bridge = await house.sessions(case)
    assert bridge.kind is HearingKind.BRIDGE
    assert pin in {opinion.model for opinion in bridge.former}
    assert len(pinned[pin].asked) == 1


async def test_a_former_model_that_cannot_be_asked_by_its_name_leaves_a_bridge(house: House) -> None:
    move(house.jurors, OLD)
    case = await house.heard()
    move(house.jurors[:1], NEW)

    bridge = await hear(house, case)

    gone = next(one for one in bridge.former if one.model.model == OLD)
    assert (bridge.kind, gone.outcome, gone.cause) == (HearingKind.BRIDGE, Outcome.UNAVAILABLE, NOT_SEATED)


async def test_a_model_that_answers_under_a_former_name_does_not_speak_for_it(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    case = await house.heard()
    move(house.jurors[:1], NEW)
    pin = pinned[ModelRef(house.jurors[0].ref.provider, OLD)]
    pin.script(served(votes(Ballot.NO), NEW))

    bridge = await hear(house, case)

    said = next(one for one in bridge.former if one.model == pin.ref)
    assert (said.outcome, said.ballot, said.cause) == (Outcome.UNAVAILABLE, None, ANOTHER_ANSWERS)
    assert (said.served, said.tokens_in) == (NEW, 100), "it is paid for all the same"
    assert bridge.former_tally.total == 4


class Broke(Unlimited):
    """A cap that leaves nothing beyond what was set aside."""

    asked = 0

    async def extend(self, amount: int) -> bool:
        self.asked += amount
        return False


async def test_a_former_jury_for_which_no_money_is_left_is_not_asked(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(1, 1))
    house.restart_services()
    case = await house.heard()
    move(house.jurors[:1], NEW)
    async with house.store.reading() as repos:
        prepared = await prepare(repos, DueHearing(1, case.id, house.clock.now(), WorkState.CLAIMED), house.jury)
    assert prepared is not None
    broke = Broke()

    bridge = await house.hearings.hold(case, 2, None, conditions=prepared.conditions, allowance=broke)

    assert bridge.kind is HearingKind.BRIDGE
    assert [one.cause for one in bridge.former] == [NO_MONEY] * 5
    assert broke.asked > 0
    assert not any(model.asked for model in pinned.values())


async def test_a_stricter_model_behind_every_alias_changes_the_jury_and_is_no_inflection(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    case = await house.heard()
    for _ in range(4):
        await hear(house, case)
    move(house.jurors, NEW, Ballot.NO)
    house.judge.script(rules(Ballot.NO))

    bridge = await hear(house, case)

    async with house.store.reading() as repos:
        (turn,) = await repos.turns.of_case(case.id)
    assert (turn.kind, turn.session, turn.after) == (TurnKind.JURY_CHANGED, bridge.session, Ballot.NO)
    assert (await house.lookup.find(GUILD, case.number)).standing.term == 2


async def test_the_former_jury_is_not_paid_for_a_mistrial_but_for_the_hearing_after_it(
    house: House, pinned: dict[ModelRef, FakeModel]
) -> None:
    case = await house.heard()
    move(house.jurors[:1], NEW)
    for juror in house.jurors[1:]:
        juror.script(served(refuses(), OLD))

    mistrial = await hear(house, case)
    asked = sum(len(model.asked) for model in pinned.values())
    move(house.jurors[1:], OLD)
    bridge = await hear(house, case)

    assert (mistrial.disposition, mistrial.kind, mistrial.former) == (Disposition.MISTRIAL, HearingKind.ROUTINE, ())
    assert asked == 0
    assert bridge.kind is HearingKind.BRIDGE
    assert len(bridge.former) == 5


async def test_a_model_that_answered_by_its_own_name_and_then_by_another_calls_for_a_bridge(house: House) -> None:
    # Panels of three from five models: no hearing asks all of them, and what is known grows from one to the next.
    house.jury = replace(house.jury, panel_size=3)
    house.restart_services()
    for juror in house.jurors:
        juror.script(served(votes(), juror.ref.model))
    case = await house.heard()
    kinds = []
    for _ in range(4):
        kinds.append((await hear(house, case)).kind)
    move(house.jurors, NEW)

    after = await hear(house, case)

    assert kinds == [HearingKind.ROUTINE] * 4
    assert after.kind is HearingKind.BRIDGE
