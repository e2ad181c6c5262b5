"""A juror that fails is replaced once by an alternate, within the deadline of its seat."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from court.errors import ModelTimeout, ModelUnavailable
from court.hearings.bridges import NO_SUCH_PROMPT, Former
from court.hearings.conduct import Conditions
from court.jury.model import Completion, Request
from court.jury.polling import NOT_SEATED
from court.jury.prompts import PROMPT_VERSION
from court.models import Ballot, Disposition, Hearing, HearingKind, Opinion, Outcome, Price
from tests.court.house import House
from tests.court.samples import case
from tests.fakes.models import FakeModel, Step, babbles, hangs, is_cut_off, refuses, rules, votes

CASE = case("1B0C", "Can AI write a novel?")
DOWN = ModelUnavailable("the vendor answered 503")


async def hear(house: House, conditions: Conditions | None = None) -> Hearing:
    return await house.hearings.hold(CASE, 1, None, conditions=conditions or Conditions())


def seat(house: House, *steps: Step, panel_size: int, timeout: float = 5.0) -> list[FakeModel]:
    """Build a pool with one model per step, for a smaller panel."""
    models = [house.model(f"vendor{number}/model", step) for number, step in enumerate(steps, start=1)]
    house.jury = replace(house.jury, pool=house.pool(models), panel_size=panel_size, timeout=timeout)
    house.restart_services()
    return models


@pytest.mark.parametrize(
    ("step", "outcome"),
    [(DOWN, Outcome.UNAVAILABLE), (babbles(), Outcome.INVALID), (is_cut_off(), Outcome.TRUNCATED)],
)
async def test_an_alternate_takes_the_seat_of_a_juror_that_fails(house: House, step: Step, outcome: Outcome) -> None:
    failing, *_ = seat(house, step, *[votes()] * 5, panel_size=5)
    while True:
        # The draw is random: repeat until the failing juror sits.
        hearing = await hear(house)
        if failing.asked:
            break

    (replaced,) = hearing.replaced
    taker = hearing.opinions[replaced.seat - 1]
    assert (replaced.model, replaced.outcome) == (failing.ref, outcome)
    assert (taker.seat, taker.outcome) == (replaced.seat, Outcome.BALLOT)
    assert failing.ref not in {opinion.model for opinion in hearing.opinions}
    assert len({opinion.model for opinion in hearing.opinions}) == hearing.seats == hearing.tally.yes == 5


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (refuses(), Outcome.REFUSED),
        (votes("CANNOT_TELL"), Outcome.ABSTAINED),
        (ModelTimeout("too late"), Outcome.TIMEOUT),
    ],
)
async def test_a_juror_that_answers_or_runs_out_of_time_keeps_its_seat(
    house: House, step: Step, outcome: Outcome
) -> None:
    seat(house, step, step, step, panel_size=2)

    hearing = await hear(house)

    assert [opinion.outcome for opinion in hearing.opinions] == [outcome] * 2
    assert hearing.replaced == ()


async def test_a_seat_is_filled_once_and_no_alternate_sits_twice(house: House) -> None:
    models = seat(house, *[DOWN] * 5, panel_size=3)

    hearing = await hear(house)

    assert all(len(model.asked) == 1 for model in models)
    assert len(hearing.replaced) == 2, "two alternates are all there are"
    assert [opinion.outcome for opinion in hearing.opinions] == [Outcome.UNAVAILABLE] * 3
    assert hearing.disposition is Disposition.MISTRIAL
    seats = [opinion.seat for opinion in hearing.replaced]
    assert seats == sorted(set(seats))


async def test_an_alternate_has_only_what_is_left_of_the_seats_time(house: House) -> None:
    asked: list[str] = []

    async def fails_late(_request: Request) -> Completion:
        await asyncio.sleep(0.03)
        asked.append("juror")
        raise DOWN

    async def never(request: Request) -> Completion:
        asked.append("alternate")
        return await hangs(request)

    async def first_fails_then_hangs(request: Request) -> Completion:
        return await (fails_late(request) if len(asked) == 0 else never(request))

    seat(house, *[first_fails_then_hangs] * 2, panel_size=1, timeout=0.06)
    loop = asyncio.get_running_loop()
    began = loop.time()

    hearing = await hear(house)

    assert asked == ["juror", "alternate"]
    assert hearing.opinions[0].outcome is Outcome.TIMEOUT
    assert loop.time() - began < 5, "the seat had one deadline, not one per juror"


async def test_on_opinion_is_called_for_replaced_jurors_too(house: House) -> None:
    seat(house, DOWN, DOWN, panel_size=1)
    seen: list[Opinion] = []

    hearing = await house.hearings.hold(CASE, 1, None, on_opinion=seen.append)

    assert seen == [*hearing.replaced, *hearing.opinions]


async def test_every_answer_has_its_cost_and_the_hearing_the_sum(house: House) -> None:
    prices = {"vendor1": Price(3, 15), "vendor2": Price(1, 1), "judges": Price(2, 10)}
    house.jury = replace(house.jury, tariff=lambda ref: prices.get(ref.provider))
    house.restart_services()

    hearing = await hear(house)

    costs = {opinion.model.provider: opinion.cost for opinion in hearing.opinions}
    assert (costs["vendor1"], costs["vendor2"], costs["vendor3"]) == (100 * 3 + 20 * 15, 120, None)
    assert hearing.judge_usage.cost == 300 * 2 + 90 * 10
    assert hearing.usage.cost == 600 + 120 + 1_500
    assert hearing.usage.unpriced == 3
    assert hearing.usage.tokens_in == 5 * 100 + 300


async def test_in_a_bridge_the_former_jury_is_heard_beside_the_present_one(house: House) -> None:
    gone = house.model("old/juror", votes(Ballot.NO))
    house.jury = replace(house.jury, finder=lambda ref: gone if ref == gone.ref else None)
    house.restart_services()
    unknown = house.model("gone/juror", votes())
    former = Former((gone.ref, house.jurors[0].ref, unknown.ref), prompt_version=1)

    hearing = await hear(house, Conditions(former=former))

    assert [opinion.outcome for opinion in hearing.former] == [
        Outcome.BALLOT,
        Outcome.BALLOT,
        Outcome.UNAVAILABLE,
    ]
    assert hearing.former[2].cause == NOT_SEATED
    assert unknown.asked == []
    assert (hearing.tally.yes, hearing.tally.no) == (5, 0), "the former jury enters no tally"
    as_before, as_today = gone.asked[0], house.jurors[1].asked[0]
    assert as_before.system != as_today.system, "each jury is asked as it always was"
    assert house.judge.asked[0].user.count('"juror"') == 5


async def test_a_former_jury_is_given_its_own_prompt_and_search(house: House) -> None:
    able = FakeModel("able/juror", votes(), can_search=True)
    house.jury = replace(house.jury, finder=lambda ref: able if ref == able.ref else None)
    house.restart_services()

    await hear(house, Conditions(former=Former((able.ref,), PROMPT_VERSION, searching=True)))
    await hear(house, Conditions(former=Former((able.ref,), PROMPT_VERSION)))

    assert [request.searching for request in able.asked] == [True, False]
    assert able.asked[1].system == house.jurors[0].asked[0].system
    assert not any(juror.asked[0].searching for juror in house.jurors)


async def test_a_former_jury_with_a_newer_prompt_cannot_be_asked(house: House) -> None:
    # The host has gone back to an older release: the hearing is held, and the record says why no former juror voted.
    former = Former((house.jurors[0].ref, house.jurors[1].ref), PROMPT_VERSION + 1)

    hearing = await hear(house, Conditions(HearingKind.BRIDGE, former=former))

    assert [(opinion.seat, opinion.outcome, opinion.cause) for opinion in hearing.former] == [
        (1, Outcome.UNAVAILABLE, NO_SUCH_PROMPT),
        (2, Outcome.UNAVAILABLE, NO_SUCH_PROMPT),
    ]
    assert hearing.tally.yes == 5


async def test_a_juror_that_can_search_may_where_the_host_allows_it(house: House) -> None:
    able = FakeModel("able/juror", votes(), can_search=True)
    house.jury = replace(house.jury, pool=house.pool([able, *house.jurors[:2]]), panel_size=3)
    house.restart_services()
    await hear(house)
    house.jury = replace(house.jury, searching=True)
    house.restart_services()
    await hear(house)

    before, after = able.asked
    assert (before.searching, after.searching) == (False, True)
    assert not any(request.searching for juror in house.jurors for request in juror.asked)


async def test_the_judge_is_asked_once_more_and_told_what_was_wrong(house: House) -> None:
    house.judge.script(rules(Ballot.NO), rules(Ballot.YES))

    hearing = await hear(house)

    assert hearing.ruling.narrator == house.judge.ref
    first, second = house.judge.asked
    assert second.user == first.user
    assert second.system.startswith(first.system)
    assert "another verdict than the counted one" in second.system
    assert hearing.judge_usage.tokens_in == 600, "both answers were paid for"
