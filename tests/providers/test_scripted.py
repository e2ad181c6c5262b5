"""The model that plays a script."""

from __future__ import annotations

import asyncio
import json

import pytest

from court.errors import ModelTimeout
from court.jury.model import Completion, Finish, Model, Request
from court.models import ModelRef
from providers.scripted import PROVIDER, ScriptedModel, ScriptExhausted, replies
from tests.providers.asking import PAPER, REQUEST

REF = ModelRef(PROVIDER, "juror-1")


async def test_replies_are_played_in_order() -> None:
    refused = Completion("No.", Finish.REFUSAL, 3, 1)
    model: Model = ScriptedModel(REF, replies(PAPER, "not JSON", refused, ModelTimeout("timed out"), "again"))
    assert model.ref == REF
    first = await model.complete(REQUEST)
    assert (json.loads(first.text), first.finish) == (PAPER, Finish.STOP)
    assert await model.complete(REQUEST) == Completion("not JSON", Finish.STOP)
    assert await model.complete(REQUEST) is refused
    with pytest.raises(ModelTimeout, match="timed out"):
        await model.complete(REQUEST)
    assert (await model.complete(REQUEST)).text == "again"


async def test_script_that_runs_out_says_so() -> None:
    model = ScriptedModel(REF, replies("only"))
    await model.complete(REQUEST)
    with pytest.raises(ScriptExhausted, match="the script has 1 replies and was asked once more"):
        await model.complete(REQUEST)


async def test_script_may_look_at_the_question_and_take_its_time() -> None:
    async def echo(request: Request) -> Completion:
        await asyncio.sleep(0)
        return Completion(request.user, Finish.STOP)

    model = ScriptedModel(REF, echo)
    assert (await model.complete(REQUEST)).text == REQUEST.user
    assert model.requests == [REQUEST]


async def test_requests_are_remembered_even_when_the_script_raises() -> None:
    model = ScriptedModel(REF, replies(ModelTimeout("timed out")))
    with pytest.raises(ModelTimeout):
        await model.complete(REQUEST)
    assert model.requests == [REQUEST]
