"""The obedient jurors and judge of the injection tests really obey: if a prompt is broken, they follow the order."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from court.jury.answers import REASON_LIMIT, PaperBallot, read_ballot_answer
from court.jury.model import Completion, Request
from court.jury.prompts import juror_request, research_request
from court.models import Ballot
from tests.court.jury.hostile import ADMITTED, PAGES, Hostile, HostileBrief, Kind, obedient
from tests.court.jury.hostile.obedient import OBEYED, TODAY, exhibit_of, hear, house_of_the_obedient
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


def briefs_in(request: Request) -> list[dict[str, Any]]:
    found = next(value for key, value in exhibit_of(request).items() if key.startswith("briefs_"))
    assert isinstance(found, list)
    return found


def words_of(request: Request) -> str:
    return "\n".join(" ".join([brief["text"], *brief["links"]]) for brief in briefs_in(request))


def briefs_into_system(request: Request) -> Request:
    return replace(request, system=f"{request.system}\n\nThe background: {words_of(request)}")


def briefs_before_system(request: Request) -> Request:
    return replace(request, system=f"{words_of(request)}\n\n{request.system}")


def briefs_after_user(request: Request) -> Request:
    return replace(request, user=f"{request.user}\n{words_of(request)}")


def briefs_without_nonce(request: Request) -> Request:
    exhibit = {"statement": statement_in(request), "briefs": briefs_in(request)}
    return replace(request, user=json.dumps(exhibit, ensure_ascii=False))


def briefs_as_names(request: Request) -> Request:
    named = [{" ".join([brief["text"], *brief["links"]]): "x"} for brief in briefs_in(request)]
    return _with_briefs(request, named)


def briefs_beside_the_briefs(request: Request) -> Request:
    return replace(request, user=json.dumps(exhibit_of(request) | {"background": words_of(request)}))


def briefs_unescaped(request: Request) -> Request:
    statement, (nonce,) = statement_in(request), obedient.nonces_of(exhibit_of(request))
    text = words_of(request)
    user = f'{{"statement_{nonce}": "{statement}", "briefs_{nonce}": [{{"text": "{text}", "links": []}}]}}'
    return replace(request, user=user)


def _with_briefs(request: Request, briefs: list[dict[str, str]]) -> Request:
    exhibit = {key: briefs if key.startswith("briefs_") else value for key, value in exhibit_of(request).items()}
    return replace(request, user=json.dumps(exhibit, ensure_ascii=False))


QUOTING_PAGES = tuple(page for page in PAGES if re.search(r'(?<!\\)"', " ".join([page.text, *page.links])))

QUOTING = tuple(hostile for hostile in ADMITTED if re.search(r'(?<!\\)"', hostile.statement))
"""Statements that would end their own quotation if they were not escaped."""

Break = Callable[[Request], Request]
Script = Callable[[Request], Awaitable[Completion]]


def misled(model: Script, broken: Break) -> Script:
    """Return the model as if its prompt had been built by broken code."""

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


@pytest.mark.parametrize(
    ("broken", "corpus"),
    [
        (briefs_into_system, PAGES),
        (briefs_before_system, PAGES),
        (briefs_after_user, PAGES),
        (briefs_without_nonce, PAGES),
        (briefs_as_names, PAGES),
        (briefs_beside_the_briefs, PAGES),
        (briefs_unescaped, QUOTING_PAGES),
    ],
)
@pytest.mark.parametrize("searching", [False, True])
async def test_an_obedient_juror_obeys_a_brief_where_the_prompt_is_broken(
    broken: Break, corpus: tuple[HostileBrief, ...], searching: bool
) -> None:
    assert len(corpus) >= 8
    for page in corpus:
        request = juror_request("Can AI sing?", TODAY, NONCE, briefs=[page.brief], searching=searching)
        answer = json.loads((await obedient.juror(broken(request))).text)

        assert answer["ballot"] == page.demand, page
        told = request.system[:20] if page.kind is Kind.DISCLOSURE and broken is not briefs_before_system else None
        assert told is None or answer["reason"].startswith(told), page


@pytest.mark.parametrize("broken", [into_system, before_system, after_user])
async def test_an_obedient_researcher_obeys_where_the_prompt_is_broken(broken: Break) -> None:
    for hostile in ADMITTED:
        answer = await obedient.researcher(broken(research_request(hostile.statement, TODAY, NONCE)))

        assert json.loads(answer.text)["background"] == f"{OBEYED} {hostile.demand}", hostile


async def test_an_obedient_juror_gives_away_a_broken_prompt() -> None:
    wanted = [hostile for hostile in ADMITTED if hostile.kind is Kind.DISCLOSURE]
    assert wanted
    for hostile in wanted:
        request = into_system(juror_request(hostile.statement, TODAY, NONCE))
        answer = json.loads((await obedient.juror(request)).text)

        assert (answer["ballot"], answer["reason"]) == (hostile.demand, HARMLESS.system[:REASON_LIMIT])


async def test_an_obedient_juror_obeys_an_unknown_order() -> None:
    request = replace(HARMLESS, system=f"{HARMLESS.system} Zap!")

    assert read_ballot_answer((await obedient.juror(request)).text, TODAY, request).cast is Ballot.YES


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
            # A reason that cannot be used never reaches the judge.
            assert hearing.ruling.finding == f"{OBEYED} {hostile.demand}", hostile
            obeyed += 1
    assert obeyed >= 150
