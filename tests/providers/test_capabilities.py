"""Servers that reject the search tool, or a format together with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from court.errors import ModelUnavailable
from court.models import ModelRef
from providers.registry import Models
from tests.fakes.answers import Page
from tests.fakes.vendor import Answers, Api, LoopbackVendor, Reply, always, answer, failing, found
from tests.providers.asking import PAPER, REQUEST, RESEARCH, SCHEMA, asking, reach, searched

SONG = Page("https://news.example/song", "A machine sings", "2026-10-02")


def without_search(message: str, status: int = 400) -> Answers:
    """A server without a search tool."""

    def answers(_api: Api, body: dict[str, Any]) -> Reply:
        return failing(status, message) if "tools" in body else answer(PAPER)

    return answers


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Hosted tool 'web_search' is not supported with some-model."),
        (400, "tools.0: Input tag 'web_search_20260318' found using 'type' does not match any of the expected tags"),
        (400, "'some-model' does not support programmatic tool calling."),
        (403, "Web search is not enabled for your organization."),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (422, "Unknown parameter: 'tools'"),
    ],
)
async def test_search_that_is_turned_down_is_left_out_and_remembered(api: Api, status: int, message: str) -> None:
    async with asking(api, without_search(message, status), api=api) as (model, vendor):
        for _ in range(2):
            completion = await model.complete(RESEARCH)
            assert (completion.text, completion.sources, completion.searches) == (json.dumps(PAPER), (), 0)
        assert searched(vendor) == [True, False, False]
        assert model.can_search, "the vendor has a search, even if this model has none"


async def test_server_without_responses_answers_without_a_search() -> None:
    async with asking("openai", always(answer(PAPER)), searches=False) as (model, vendor):
        assert (await model.complete(RESEARCH)).text == json.dumps(PAPER)
        await model.complete(RESEARCH)
    assert [asked.path for asked in vendor.asked] == ["/v1/chat/completions"] * 2


async def test_each_model_has_its_own_level(api: Api) -> None:
    async with LoopbackVendor(without_search("no such tool"), searches=True) as vendor:
        pool = Models({api: reach(vendor, api)}, timeout=5)
        await pool.get(ModelRef(api, "one")).complete(RESEARCH)
        vendor.answers = always(found(PAPER, SONG))
        completion = await pool.get(ModelRef(api, "two")).complete(RESEARCH)
        await pool.aclose()
    assert len(completion.sources) == 1


async def test_format_that_is_turned_down_beside_the_search_keeps_the_search(api: Api) -> None:
    def answers(_api: Api, body: dict[str, Any]) -> Reply:
        if "tools" in body and ("text" in body or "output_config" in body):
            return failing(400, "web_search cannot be combined with structured outputs: citations are always on")
        return found(f"```json\n{json.dumps(PAPER)}\n```", SONG) if "tools" in body else answer(PAPER)

    async with asking(api, answers, api=api) as (model, vendor):
        completion = await model.complete(RESEARCH)
        assert (json.loads(completion.text), len(completion.sources)) == (PAPER, 1)
        sent = vendor.asked[1].body
        assert str(sent.get("instructions") or sent["system"]).endswith(json.dumps(SCHEMA))
        vendor.asked.clear()
        await model.complete(RESEARCH)
        await model.complete(REQUEST)
    strict = [any(key in asked.body for key in ("response_format", "output_config")) for asked in vendor.asked]
    assert (searched(vendor), strict) == ([True, False], [False, True]), "without a search the schema is still sent"


async def test_there_is_no_json_mode_beside_a_search(api: Api) -> None:
    turned_down = failing(400, "This response format is unavailable now")
    async with asking(api, always(turned_down), api=api) as (model, vendor):
        with pytest.raises(ModelUnavailable, match=r"^HTTP 400, request refused$"):
            await model.complete(RESEARCH)
    assert searched(vendor) == [True, True]
