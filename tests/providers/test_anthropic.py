"""What is particular to Anthropic's interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from court.asking import Completion, Finish
from court.models import ModelRef
from providers.registry import Models, VendorSettings
from tests.fakes.vendor import LoopbackVendor, Reply, always, answer
from tests.providers.asking import KEY, PAPER, REQUEST, asking


def message_of(*content: dict[str, Any], stop: str = "end_turn", **more: object) -> Reply:
    return Reply(body={"type": "message", "content": list(content), "stop_reason": stop, **more})


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
         Completion("{}", Finish.STOP)),
        (message_of(text("{}"), stop="stop_sequence"), Completion("{}", Finish.STOP)),
        (message_of(text("{"), stop="model_context_window_exceeded"), Completion("{", Finish.LENGTH)),
        (message_of(stop="refusal"), Completion("", Finish.REFUSAL)),
        (message_of(text("No."), stop="refusal"), Completion("No.", Finish.REFUSAL)),
        (message_of(stop="refusal", stop_details={"type": "refusal", "explanation": "Against the policy."}),
         Completion("Against the policy.", Finish.REFUSAL)),
        (message_of(text("{}"), usage={"input_tokens": 3, "output_tokens": None}), Completion("{}", Finish.STOP, 3)),
    ],
    ids=["last text", "stop sequence", "window full", "bare refusal", "refusal", "explained refusal", "no count"],
)  # fmt: skip
async def test_answers(reply: Reply, completion: Completion) -> None:
    async with asking("anthropic", always(reply), api="anthropic") as (model, _):
        assert await model.complete(REQUEST) == completion
