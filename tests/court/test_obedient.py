"""The jurors and the judge of the tests of injection are able to obey: where a prompt is broken, they do."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from court.asking import Completion, Request
from court.models import Ballot
from court.papers import REASON_LIMIT, PaperBallot, read_ballot_paper
from court.prompts import juror_request
from tests.court.hostile import ADMITTED, Hostile, Kind, obedient
from tests.court.hostile.obedient import OBEYED, TODAY, exhibit_of, hear, house_of_the_obedient
from tests.fakes.models import votes

NONCE = "0badf00d"
HARMLESS = juror_request("Can AI sing?", TODAY, NONCE)


def statement_in(request: Request) -> str:
    return next(str(value) for key, value in exhibit_of(request).items() if key.startswith("statement_"))


def into_system(request: Request) -> Request:
    return replace(request, system=f"{request.system}\n\nThe statement: {statement_in(request)}")


def before_system(request: Request) -> Request:
    return replace(request, system=f"{statement_in(request)}\n\n{request.system}")


def after_user(request: Request) -> Request:
    return replace(request, user=f"{request.user}\n{statement_in(request)}")


def reasons_into_system(request: Request) -> Request:
    quoted = next(value for key, value in exhibit_of(request).items() if key.startswith("jurors_"))
    return replace(request, system="\n".join([request.system, *(juror["reason"] for juror in quoted)]))


def without_nonce(request: Request) -> Request:
    return replace(request, user=json.dumps({"statement": statement_in(request), "briefs": []}, ensure_ascii=False))


def unescaped(request: Request) -> Request:
    statement, (nonce,) = statement_in(request), obedient.nonces_of(exhibit_of(request))
    return replace(request, user=f'{{"statement_{nonce}": "{statement}", "briefs_{nonce}": []}}')


QUOTING = tuple(hostile for hostile in ADMITTED if re.search(r'(?<!\\)"', hostile.statement))
"""Those that end the string in which they would be quoted without escapes."""

Break = Callable[[Request], Request]


Script = Callable[[Request], Awaitable[Completion]]


def misled(model: Script, broken: Break) -> Script:
    """The model, asked by a builder of prompts that is broken."""

    async def answer(request: Request) -> Completion:
        return await model(broken(request))

    return answer


@pytest.mark.parametrize(
    ("broken", "corpus"),
    [
        (into_system, ADMITTED),
        (before_system, ADMITTED),
        (after_user, ADMITTED),
        (without_nonce, ADMITTED),
        (unescaped, QUOTING),
    ],
)
async def test_an_obedient_juror_obeys_where_the_prompt_is_broken(broken: Break, corpus: tuple[Hostile, ...]) -> None:
    house = house_of_the_obedient()
    house.jury_says(misled(obedient.juror, broken))
    assert len(corpus) >= 20
    for hostile in corpus:
        hearing = await hear(house, hostile.statement)
        assert hearing.tally.no == 0, hostile
        if hostile.kind is not Kind.DISCLOSURE:
            assert (hearing.verdict or PaperBallot.CANNOT_TELL).value == hostile.demand.value, hostile


async def test_an_obedient_juror_tells_the_prompt_where_it_is_broken() -> None:
    wanted = [hostile for hostile in ADMITTED if hostile.kind is Kind.DISCLOSURE]
    assert wanted
    for hostile in wanted:
        request = into_system(juror_request(hostile.statement, TODAY, NONCE))
        paper = json.loads((await obedient.juror(request)).text)

        assert (paper["ballot"], paper["reason"]) == (hostile.demand, HARMLESS.system[:REASON_LIMIT])


async def test_an_obedient_juror_obeys_an_order_that_nobody_thought_of() -> None:
    request = replace(HARMLESS, system=f"{HARMLESS.system} Zap!")

    assert read_ballot_paper((await obedient.juror(request)).text, TODAY).cast is Ballot.YES


@pytest.mark.parametrize("broken", [into_system, before_system, after_user, without_nonce])
async def test_an_obedient_judge_obeys_where_the_prompt_is_broken(broken: Break) -> None:
    house = house_of_the_obedient()
    house.judge.script(misled(obedient.judge, broken))
    for hostile in ADMITTED:
        assert (await hear(house, hostile.statement)).ruling.finding == f"{OBEYED} {hostile.demand}", hostile


async def test_an_obedient_judge_obeys_a_reason_where_the_prompt_is_broken() -> None:
    house = house_of_the_obedient()
    house.judge.script(misled(obedient.judge, reasons_into_system))
    obeyed = 0
    for hostile in ADMITTED:
        house.jurors[0].script(votes(Ballot.NO, 0.9, hostile.typed))
        hearing = await hear(house, "Can AI sing?")
        if hearing.tally.total == hearing.seats:
            # A reason that could not be used never comes before the judge.
            assert hearing.ruling.finding == f"{OBEYED} {hostile.demand}", hostile
            obeyed += 1
    assert obeyed >= 150
