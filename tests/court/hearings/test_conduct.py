"""One hearing: the outcome of every seat, the jurors in parallel, and who writes the ruling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from court.counting.verdicts import RULE_VERSION, count
from court.errors import ModelTimeout, ModelUnavailable
from court.hearings.conduct import HearingService
from court.jury.model import Completion, Request
from court.jury.orders import order_for
from court.jury.polling import CAUSE_LIMIT
from court.jury.pool import Jury
from court.models import Ballot, Disposition, Hearing, Opinion, Outcome
from tests.court.house import House
from tests.court.samples import case
from tests.fakes.meter import NotingMeter
from tests.fakes.models import Step, babbles, hangs, is_cut_off, refuses, votes

CASE = case("1B0C", "Can AI write a novel?")
SEED = 1946
TINY = 0.02
"""Seconds. Only a model that never answers takes this long."""


async def hear(house: House, previous: Ballot | None = None) -> Hearing:
    return await house.hearings.hold(CASE, 3, previous)


async def seat_of(house: House, step: Step, patience: float = 5.0) -> Opinion:
    """Return the opinion of one seat that answers with `step`, beside three that vote YES."""
    odd = house.model("odd/juror", step)
    house.seat(*house.jurors[:3], odd, timeout=patience)
    hearing = await hear(house)
    assert hearing.tally.yes >= 3
    return next(opinion for opinion in hearing.opinions if opinion.model == odd.ref)


async def test_a_hearing_is_metered_once(house: House) -> None:
    meter = NotingMeter()
    hearing = await HearingService(house.jury, house.clock, house.chance, meter).hold(CASE, 3, None)
    (metered,) = meter.hearings
    assert metered.opinions == hearing.opinions
    assert metered.judge_usage == hearing.judge_usage


async def test_a_hearing_holds_all_its_results(house: House) -> None:
    house.jury_says(*[votes(Ballot.YES, 0.93)] * 4, votes(Ballot.NO, 0.90, "Nobody has seen it."))

    hearing = await hear(house, previous=Ballot.NO)

    assert (hearing.case_id, hearing.session, hearing.rule_version) == (CASE.id, 3, RULE_VERSION)
    assert (hearing.opened_at, hearing.closed_at) == (house.clock.now(), house.clock.now())
    assert (hearing.verdict, hearing.disposition) == (Ballot.YES, Disposition.OVERTURNED)
    counted = count(hearing.opinions)
    assert (hearing.confidence, hearing.margin) == (counted.confidence, counted.margin)
    assert 0 < hearing.margin < (hearing.confidence or 0) < 1
    assert [opinion.seat for opinion in hearing.opinions] == [1, 2, 3, 4, 5]
    assert {opinion.model for opinion in hearing.opinions} == set(house.jury.pool)
    assert not hearing.rehearsal


async def test_a_ballot_is_kept_in_full(house: House) -> None:
    opinion = await seat_of(house, votes(Ballot.YES, 0.8, "It\nsings.", "2024-05"))

    assert (opinion.outcome, opinion.ballot, opinion.confidence) == (Outcome.BALLOT, Ballot.YES, 0.8)
    assert (opinion.reason, opinion.emerged, opinion.cause) == ("It sings.", date(2024, 5, 1), None)
    assert (opinion.tokens_in, opinion.tokens_out) == (100, 20)
    assert 0 <= opinion.latency < 5


@pytest.mark.parametrize(
    ("step", "outcome", "cause", "tokens"),
    [
        (votes("CANNOT_TELL", 0.2, "Who knows?"), Outcome.ABSTAINED, None, 120),
        (refuses("I\nwould rather not."), Outcome.REFUSED, "I would rather not.", 105),
        (refuses(""), Outcome.REFUSED, "refused", 105),
        (is_cut_off(), Outcome.TRUNCATED, "the answer was cut off", 4_100),
        (babbles(), Outcome.INVALID, "answer: json invalid", 109),
        (votes("MAYBE"), Outcome.INVALID, "ballot: enum", 120),
        (votes(confidence=1.5), Outcome.INVALID, "confidence: less than equal", 120),
        (votes(emerged="2099-01"), Outcome.INVALID, "emergence in the future", 120),
        (ModelUnavailable("the vendor answered 503"), Outcome.UNAVAILABLE, "the vendor answered 503", 0),
        (ModelTimeout("no answer in 60 s"), Outcome.TIMEOUT, "no answer in 60 s", 0),
        (ZeroDivisionError("secret-key-123"), Outcome.UNAVAILABLE, "the adapter failed (ZeroDivisionError)", 0),
    ],
)
async def test_the_outcome_of_a_seat(
    house: House, step: Step, outcome: Outcome, cause: str | None, tokens: int
) -> None:
    opinion = await seat_of(house, step)

    assert (opinion.outcome, opinion.cause, opinion.ballot) == (outcome, cause, None)
    assert opinion.tokens_in + opinion.tokens_out == tokens


async def test_an_abstention_keeps_its_reason_but_no_ballot(house: House) -> None:
    opinion = await seat_of(house, votes("CANNOT_TELL", 0.2, "Who knows?"))

    assert (opinion.reason, opinion.confidence, opinion.emerged) == ("Who knows?", None, None)


async def test_a_juror_that_never_answers_loses_only_its_own_seat(house: House) -> None:
    opinion = await seat_of(house, hangs, patience=TINY)

    assert (opinion.outcome, opinion.cause) == (Outcome.TIMEOUT, "no answer within 0.02 s")
    assert opinion.latency >= TINY


async def test_a_long_cause_is_cut(house: House) -> None:
    opinion = await seat_of(house, refuses("x" * 999))

    assert opinion.cause == "x" * (CAUSE_LIMIT - 1) + "…"


async def test_jurors_are_heard_in_parallel(house: House) -> None:
    together = asyncio.Barrier(5)

    async def meet(_request: Request) -> Completion:
        # Opens only when all five are inside at once: jurors heard in turn would wait here until the deadline.
        await together.wait()
        return votes()

    house.jury_says(meet)

    assert (await hear(house)).tally.yes == 5


async def test_all_jurors_get_the_same_request_with_the_answers_in_an_order_of_their_own(house: House) -> None:
    hearing = await hear(house, previous=Ballot.NO)

    (first, *others) = [request for juror in house.jurors for request in juror.asked]
    assert len(others) == 4
    assert {(request.user, len(request.system), request.max_tokens) for request in others} == {
        (first.user, len(first.system), first.max_tokens)
    }
    assert hearing.seed is not None
    for opinion in hearing.opinions:
        assert opinion.presented == order_for(hearing.seed, opinion.seat)
        (asked,) = next(juror.asked for juror in house.jurors if juror.ref == opinion.model)
        places = [asked.system.index(f"\n- {ballot}: ") for ballot in opinion.presented]
        assert places == sorted(places)
    assert CASE.statement in first.user
    assert CASE.statement not in first.system


async def test_the_names_of_quoted_data_change_with_every_hearing(house: House) -> None:
    await hear(house)
    await hear(house)

    one, other = house.jurors[0].asked
    assert one.user != other.user


async def test_seats_keep_their_order_whoever_answers_first(house: House) -> None:
    gates = {juror.ref: asyncio.Event() for juror in house.jurors}
    panel = house.hearings.draw(SEED).panel
    house.chance.randrange = lambda *_: SEED  # type: ignore[method-assign]
    seen: list[int] = []

    def waits_for(gate: asyncio.Event) -> Callable[[Request], Awaitable[Completion]]:
        async def answer(_request: Request) -> Completion:
            await gate.wait()
            return votes()

        return answer

    def on_opinion(opinion: Opinion) -> None:
        seen.append(opinion.seat)
        if opinion.seat > 1:
            gates[panel[opinion.seat - 2]].set()

    for juror in house.jurors:
        juror.script(waits_for(gates[juror.ref]))
    gates[panel[-1]].set()

    hearing = await house.hearings.hold(CASE, 1, None, on_opinion=on_opinion)

    assert seen == [5, 4, 3, 2, 1]
    assert [opinion.seat for opinion in hearing.opinions] == [1, 2, 3, 4, 5]
    assert tuple(opinion.model for opinion in hearing.opinions) == panel


async def test_on_opinion_is_called_for_failed_seats_too(house: House) -> None:
    seen: list[Opinion] = []
    house.jury_says(votes(), votes(), votes(), votes(), ModelUnavailable("down"))

    hearing = await house.hearings.hold(CASE, 1, None, on_opinion=seen.append)

    assert sorted(seen, key=lambda opinion: opinion.seat) == list(hearing.opinions)


async def test_the_panel_is_drawn_from_the_pool(house: House) -> None:
    house.jury = Jury(house.jury.pool, house.judge, panel_size=3, timeout=5.0, rehearsal=True)
    house.restart_services()

    hearing = await hear(house)

    assert hearing.seats == 3
    assert hearing.rehearsal
    assert hearing.seed is not None
    assert tuple(opinion.model for opinion in hearing.opinions) == house.hearings.draw(hearing.seed).panel
    assert hearing.roster == house.jury.roster.fingerprint
    assert hearing.families == {opinion.model.provider for opinion in hearing.opinions}


@pytest.mark.parametrize(("models", "able"), [(0, False), (1, False), (2, True), (5, True)])
def test_a_jury_needs_two_models(bare: House, models: int, able: bool) -> None:
    assert Jury(bare.pool(bare.jurors[:models]), None, panel_size=5, timeout=1.0).able is able


@pytest.mark.parametrize(
    ("previous", "expected"),
    [(None, Disposition.FIRST_RULING), (Ballot.YES, Disposition.REAFFIRMED), (Ballot.NO, Disposition.OVERTURNED)],
)
async def test_the_previous_verdict_decides_the_disposition(
    house: House, previous: Ballot | None, expected: Disposition
) -> None:
    assert (await hear(house, previous)).disposition is expected


async def test_cancelling_a_hearing_raises(house: House) -> None:
    asked = asyncio.Event()

    async def begins(request: Request) -> Completion:
        asked.set()
        return await hangs(request)

    house.jury_says(begins)
    hearing = asyncio.create_task(hear(house))
    await asked.wait()
    hearing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await hearing


async def test_a_verdict_below_one_half_is_narrow(house: House) -> None:
    house.seat(*house.jurors[:3])
    answers = (votes(Ballot.YES, 0.3), votes(Ballot.YES, 0.3), votes(Ballot.NO, 0.3))
    for juror, answer in zip(house.jurors, answers, strict=False):
        juror.script(answer)
    narrow = await hear(house)
    for juror in house.jurors[:3]:
        juror.script(votes(Ballot.YES, 0.9))
    clear = await hear(house)

    assert (narrow.verdict, narrow.narrow) == (Ballot.YES, True)
    assert narrow.confidence is not None
    assert narrow.confidence < 0.5
    assert (clear.verdict, clear.narrow) == (Ballot.YES, False)
