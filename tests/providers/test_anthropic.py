"""What is specific to Anthropic's API."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import ModelRef, Source
from providers.registry import Models, VendorSettings
from tests.fakes.answers import Page, search_result
from tests.fakes.vendor import Answers, Api, LoopbackVendor, Reply, always, answer, failing, in_turn
from tests.providers.asking import KEY, PAPER, REQUEST, RESEARCH, SCHEMA, asking

LITTLE = {"input_tokens": 1, "output_tokens": 1}


def message_of(*content: dict[str, Any], stop: str = "end_turn", **more: object) -> Reply:
    return Reply(body={"type": "message", "content": list(content), "stop_reason": stop, "usage": LITTLE, **more})


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


async def test_request_has_the_schema_and_no_temperature() -> None:
    async with asking("anthropic", always(answer(PAPER)), api="anthropic") as (model, vendor):
        await model.complete(REQUEST)
    assert vendor.asked[0].body == {
        "model": "some-model",
        "max_tokens": 700,
        "system": REQUEST.system,
        "messages": [{"role": "user", "content": REQUEST.user}],
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "properties": {"reason": {"type": "string"}, "ballot": {"enum": ["YES", "NO"]}},
                    "required": ["reason", "ballot"],
                    "additionalProperties": False,
                },
            }
        },
    }


async def test_list_of_types_becomes_a_choice_and_the_request_stays_as_it_was() -> None:
    emerged = {"type": ["string", "null"], "description": "A month."}
    schema = {"type": "object", "properties": {"emerged": emerged}, "required": ["emerged"]}
    async with asking("anthropic", always(answer(PAPER)), api="anthropic") as (model, vendor):
        await model.complete(replace(REQUEST, schema=schema))
    sent = vendor.asked[0].body["output_config"]["format"]["schema"]
    assert sent["properties"]["emerged"] == {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "A month.",
    }
    assert emerged == {"type": ["string", "null"], "description": "A month."}


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
async def test_address_is_taken_with_and_without_v1(ending: str) -> None:
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        pool = Models({"anthropic": VendorSettings(KEY, vendor.anthropic_url + ending)}, timeout=5)
        await pool.get(ModelRef("anthropic", "m")).complete(REQUEST)
        await pool.aclose()
    assert vendor.asked[0].path == "/v1/messages"


@pytest.mark.parametrize(
    ("reply", "completion"),
    [
        (message_of({"type": "thinking", "thinking": "Hm.", "signature": "s"}, text("Let me see."), text("{}")),
         Completion("{}", Finish.STOP, 1, 1)),
        (message_of(text("{}"), stop="stop_sequence"), Completion("{}", Finish.STOP, 1, 1)),
        (message_of(text("{"), stop="model_context_window_exceeded"), Completion("{", Finish.LENGTH, 1, 1)),
        (message_of(stop="refusal"), Completion("", Finish.REFUSAL, 1, 1)),
        (message_of(text("No."), stop="refusal"), Completion("No.", Finish.REFUSAL, 1, 1)),
        (message_of(stop="refusal", stop_details={"type": "refusal", "explanation": "Against the policy."}),
         Completion("Against the policy.", Finish.REFUSAL, 1, 1)),
        (message_of(text("{}"), usage={"input_tokens": 3, "output_tokens": None}),
         Completion("{}", Finish.STOP, metered=False)),
    ],
    ids=["last text", "stop sequence", "window full", "bare refusal", "refusal", "explained refusal", "no count"],
)  # fmt: skip
async def test_answers(reply: Reply, completion: Completion) -> None:
    async with asking("anthropic", always(reply), api="anthropic") as (model, _):
        assert await model.complete(REQUEST) == completion


# --- the output format -------------------------------------------------------------------------


def without_format(message: str) -> Answers:
    """A server that accepts no schema."""

    def answers(_api: Api, body: dict[str, Any]) -> Reply:
        fenced = f"```json\n{json.dumps(PAPER)}\n```"
        return failing(400, message) if "output_config" in body else answer(fenced)

    return answers


@pytest.mark.parametrize(
    "message",
    [
        "output_config: Extra inputs are not permitted",
        "output_config.format.schema: Schema is too complex.",
        "'some-model' does not support structured outputs.",
        "This model does not support the output format json_schema",
    ],
)
async def test_format_that_is_turned_down_goes_into_the_prompt_and_is_remembered(message: str) -> None:
    async with asking("anthropic", without_format(message), api="anthropic") as (model, vendor):
        for _ in range(2):
            assert json.loads((await model.complete(REQUEST)).text) == PAPER
    assert ["output_config" in asked.body for asked in vendor.asked] == [True, False, False]
    assert vendor.asked[1].body["system"].startswith(REQUEST.system)
    assert vendor.asked[1].body["system"].endswith(json.dumps(SCHEMA))


@pytest.mark.parametrize("message", ["max_tokens: 700 > 512", "messages: text content blocks must be non-empty"])
async def test_other_refusals_are_not_taken_for_the_format(message: str) -> None:
    async with asking("anthropic", always(failing(400, message)), api="anthropic") as (model, vendor):
        with pytest.raises(ModelUnavailable, match=r"^HTTP 400, request refused$"):
            await model.complete(REQUEST)
    assert len(vendor.asked) == 1


# --- searches ----------------------------------------------------------------------------------

SONG = Page("https://news.example/song", "A machine sings")


def cited(said: str) -> dict[str, Any]:
    citation = {"type": "web_search_result_location", "url": SONG.url, "title": SONG.title, "cited_text": "It sang."}
    return {**text(said), "citations": [citation]}


async def research(*replies: Reply) -> tuple[Completion, LoopbackVendor]:
    async with asking("anthropic", in_turn(*replies), api="anthropic") as (model, vendor):
        return await model.complete(RESEARCH), vendor


async def test_text_split_by_citations_is_joined() -> None:
    parts = [text('{"reason": "'), cited("It sang."), text('", "ballot": "YES"}')]
    completion, _ = await research(message_of(text("I look."), *search_result(SONG), *parts))
    assert completion.text == '{"reason": "It sang.", "ballot": "YES"}'


async def test_paused_search_continues_where_it_stopped() -> None:
    usage = {"input_tokens": 10, "output_tokens": 3, "server_tool_use": {"web_search_requests": 1}}
    paused = message_of(text("I look."), *search_result(SONG), stop="pause_turn", usage=usage)
    again, other = Page(SONG.url, "Retold"), Page("https://lab.example/study", "A study")
    completion, vendor = await research(paused, message_of(*search_result(again, other), text("{}"), usage=usage))
    assert completion == Completion(
        "{}", Finish.STOP, 20, 6,
        sources=(Source("A machine sings", SONG.url), Source("A study", other.url)), searches=2,
    )  # fmt: skip
    first, second = (asked.body for asked in vendor.asked)
    assert second["messages"] == [
        *first["messages"],
        {"role": "assistant", "content": [text("I look."), *search_result(SONG)]},
    ]
    assert second["tools"] == first["tools"]


async def test_search_that_pauses_forever_is_cut_off() -> None:
    completion, vendor = await research(message_of(text("I look."), *search_result(SONG), stop="pause_turn"))
    assert (completion.finish, completion.searches, len(vendor.asked)) == (Finish.LENGTH, 3, 3)
    assert [source.url for source in completion.sources] == [SONG.url]


@pytest.mark.parametrize("error", ["unavailable", "max_uses_exceeded", "too_many_requests"])
async def test_failed_search_has_no_pages_and_costs_nothing(error: str) -> None:
    failed = {"type": "web_search_tool_result_error", "error_code": error}
    used, result = search_result()
    completion, _ = await research(message_of(used, {**result, "content": failed}, text("{}")))
    assert completion == Completion("{}", Finish.STOP, 1, 1)


async def test_searches_are_counted_if_the_server_does_not_count_them() -> None:
    completion, _ = await research(message_of(*search_result(SONG), *search_result(), text("{}")))
    assert completion.searches == 2


@pytest.mark.parametrize(
    ("age", "published"),
    [
        ("2026-10-02", date(2026, 10, 2)),
        ("2026-10-02T08:00:00Z", date(2026, 10, 2)),
        ("October 2, 2026", date(2026, 10, 2)),
        ("Oct 2, 2026", date(2026, 10, 2)),
        ("2 October 2026", date(2026, 10, 2)),
        ("1 week ago", None),
        ("October 2026", None),
        ("2026-13-02", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
async def test_date_of_a_page_is_kept_if_it_is_a_date(age: Any, published: date | None) -> None:
    completion, _ = await research(message_of(*search_result(replace(SONG, age=age)), text("{}")))
    assert completion.sources == (Source("A machine sings", SONG.url, published),)
