"""The model names that vendors give with their answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from providers.keys import HIDDEN
from tests.fakes.vendor import Api, always, answer
from tests.providers.asking import KEY, PAPER, REQUEST, RESEARCH, asking


@pytest.mark.parametrize("request_of", [REQUEST, RESEARCH], ids=["plain", "searching"])
async def test_an_answer_says_which_model_gave_it(api: Api, request_of: object) -> None:
    reply = replace(answer(PAPER), served="some-model-2026-11-01")
    asked = RESEARCH if request_of is RESEARCH else REQUEST
    async with asking(api, always(reply), api=api) as (model, _):
        given = await model.complete(asked)
    assert given.served == "some-model-2026-11-01"


async def test_a_system_fingerprint_is_kept_as_it_is() -> None:
    reply = replace(answer(PAPER), system_fingerprint="fp_44709d6fcb1b2c3d")
    async with asking("openai", always(reply)) as (model, _):
        given = await model.complete(REQUEST)
    assert (given.served, given.system_fingerprint) == ("some-model", "fp_44709d6fcb1b2c3d")


@pytest.mark.parametrize("named", ["", " \n", "x" * 101])
async def test_a_name_that_is_none_is_not_kept(api: Api, named: str) -> None:
    async with asking(api, always(replace(answer(PAPER), served=named)), api=api) as (model, _):
        assert (await model.complete(REQUEST)).served is None


async def test_a_name_is_one_line_and_quotes_no_key(api: Api) -> None:
    reply = replace(answer(PAPER), served=f"model\nfor {KEY}")
    async with asking(api, always(reply), api=api) as (model, _):
        assert (await model.complete(REQUEST)).served == f"model for {HIDDEN}"
