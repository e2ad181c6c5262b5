"""What is specific to OpenAI's API and the servers that are compatible with it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pytest

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import ModelRef
from providers.registry import Models, VendorSettings
from tests.fakes.vendor import Answers, Api, LoopbackVendor, Reply, always, answer, failing, html, in_turn
from tests.providers.asking import KEY, PAPER, REQUEST, SCHEMA, asking

UNAVAILABLE = "This response_format type is unavailable now"


def form_of(body: dict[str, Any]) -> str:
    return str(body.get("response_format", {}).get("type", "none"))


def taking_only(*forms: str, message: str = UNAVAILABLE, status: int = 400) -> Answers:
    """A server that rejects every other response format."""

    def answers(_api: Api, body: dict[str, Any]) -> Reply:
        return answer(PAPER) if form_of(body) in forms else failing(status, message)

    return answers


def forms_asked(vendor: LoopbackVendor) -> list[str]:
    return [form_of(asked.body) for asked in vendor.asked]


def completion_of(content: object, finish: str = "stop", **message: object) -> Reply:
    choice = {"index": 0, "message": {"content": content, **message}, "finish_reason": finish}
    return Reply(body={"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})


# --- the response format -----------------------------------------------------------------------


async def test_schema_is_sent_strictly() -> None:
    async with asking("openai", always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    assert vendor.asked[0].body == {
        "model": "some-model",
        "messages": [
            {"role": "system", "content": REQUEST.system},
            {"role": "user", "content": REQUEST.user},
        ],
        "max_completion_tokens": 700,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "ballot_paper", "schema": SCHEMA, "strict": True},
        },
    }


async def test_steps_down_once_and_remembers() -> None:
    async with asking("lmstudio", taking_only("json_object", "none")) as (model, vendor):
        assert (await model.complete(REQUEST)).text == json.dumps(PAPER)
        assert forms_asked(vendor) == ["json_schema", "json_object"]
        await model.complete(REQUEST)
        assert forms_asked(vendor) == ["json_schema", "json_object", "json_object"]
    system = vendor.asked[1].body["messages"][0]["content"]
    assert system.startswith(REQUEST.system)
    assert system.endswith(json.dumps(SCHEMA))


async def test_steps_down_to_the_prompt_alone_and_remembers() -> None:
    async with asking("lmstudio", taking_only("none")) as (model, vendor):
        for _ in range(2):
            assert (await model.complete(REQUEST)).text == json.dumps(PAPER)
        assert forms_asked(vendor) == ["json_schema", "json_object", "none", "none"]
    assert vendor.asked[-1].body["messages"][0]["content"].endswith(json.dumps(SCHEMA))


async def test_every_model_has_its_own_level() -> None:
    async with LoopbackVendor(taking_only("none")) as vendor:
        pool = Models({"lmstudio": VendorSettings(base_url=vendor.openai_url)}, timeout=5)
        await pool.get(ModelRef("lmstudio", "one")).complete(REQUEST)
        vendor.answers = always(answer(PAPER))
        await pool.get(ModelRef("lmstudio", "two")).complete(REQUEST)
        await pool.aclose()
    assert forms_asked(vendor)[-1] == "json_schema"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, UNAVAILABLE),
        (400, "This model does not support response format `json_schema`."),
        (400, "'response_format.type' must be 'text'"),
        (400, 'Either "json_schema" or "grammar" can be specified, but not both'),
        (400, "Unknown name \"additionalProperties\" at 'generation_config.response_schema'"),
        (404, "No endpoints found that can handle the requested parameters."),
        (422, "structured outputs are not available for this model"),
    ],
)
async def test_words_in_which_servers_turn_a_format_down(status: int, message: str) -> None:
    async with asking("other", taking_only("json_object", message=message, status=status)) as (model, vendor):
        assert (await model.complete(REQUEST)).finish is Finish.STOP
    assert forms_asked(vendor) == ["json_schema", "json_object"]


async def test_error_that_is_a_bare_string_is_understood() -> None:
    turned_down = Reply(status=400, body={"error": "'response_format.type' must be 'text'"})
    async with asking("lmstudio", in_turn(turned_down, answer(PAPER))) as (model, vendor):
        assert (await model.complete(REQUEST)).finish is Finish.STOP
    assert forms_asked(vendor) == ["json_schema", "json_object"]


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (failing(400, "maximum context length exceeded"), "HTTP 400, request refused"),
        (failing(404, "The model `some-model` does not exist"), "HTTP 404, no such model"),
        (failing(401, UNAVAILABLE), "HTTP 401, key refused"),
    ],
)
async def test_other_refusals_are_not_taken_for_the_format(reply: Reply, cause: str) -> None:
    async with asking("other", always(reply)) as (model, vendor):
        with pytest.raises(ModelUnavailable) as caught:
            await model.complete(REQUEST)
    assert str(caught.value) == cause
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        # A host that repeats the request, one that repeats what the model wrote, and a proxy's page.
        {"detail": [{"loc": ["body", "max_tokens"], "msg": "too small", "input": {"response_format": "json_schema"}}]},
        {"error": {"message": "Failed to generate JSON.", "failed_generation": '{"reason": "AI checks grammar."}'}},
        "<html><body>Bad request. Our structured output is a page.</body></html>",
        "[" * 50_000,
    ],
    ids=["echo", "generation", "page", "nonsense"],
)
async def test_words_of_the_question_are_not_taken_for_the_format(body: object) -> None:
    async with asking("other", in_turn(Reply(status=400, body=body), answer(PAPER))) as (model, vendor):
        with pytest.raises(ModelUnavailable, match="HTTP 400, request refused"):
            await model.complete(REQUEST)
        await model.complete(REQUEST)
    assert forms_asked(vendor) == ["json_schema", "json_schema"]


async def test_error_that_openrouter_passes_on_is_understood() -> None:
    raw = json.dumps({"error": {"message": UNAVAILABLE, "input": "grammar"}})
    turned_down = failing(400, "Provider returned error", metadata={"provider_name": "Host", "raw": raw})
    async with asking("openrouter", in_turn(turned_down, answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    assert forms_asked(vendor) == ["json_schema", "json_object"]


async def test_laxer_format_is_remembered_only_once_it_has_brought_an_answer() -> None:
    async with asking("other", in_turn(failing(400, UNAVAILABLE), html(), answer(PAPER))) as (model, vendor):
        with pytest.raises(ModelUnavailable, match="not a completion"):
            await model.complete(REQUEST)
        await model.complete(REQUEST)
    assert forms_asked(vendor) == ["json_schema", "json_object", "json_schema"]


async def test_server_that_takes_no_format_at_all_is_named_and_not_remembered() -> None:
    async with asking("other", always(failing(400, UNAVAILABLE))) as (model, vendor):
        with pytest.raises(ModelUnavailable, match="HTTP 400, request refused"):
            await model.complete(REQUEST)
        vendor.answers = always(answer(PAPER))
        await model.complete(REQUEST)
    assert forms_asked(vendor) == ["json_schema", "json_object", "none", "json_schema"]


# --- fences ------------------------------------------------------------------------------------

FENCED = f"```json\n{json.dumps(PAPER, indent=1)}\n```\n"


async def said(text: str, forms: Collection[str]) -> str:
    """Return what the adapter makes of `text` from a server that accepts only those formats."""

    def answers(_api: Api, body: dict[str, Any]) -> Reply:
        return answer(text) if form_of(body) in forms else failing(400, UNAVAILABLE)

    async with asking("other", answers) as (model, _):
        return (await model.complete(REQUEST)).text


async def test_fence_is_removed_if_no_schema_was_used() -> None:
    assert json.loads(await said(FENCED, ["json_object"])) == PAPER
    assert json.loads(await said(FENCED.replace("json", ""), ["none"])) == PAPER


async def test_fence_stays_if_a_schema_was_used() -> None:
    assert await said(FENCED, ["json_schema"]) == FENCED


async def test_prose_around_an_answer_stays() -> None:
    assert await said(f"Here it is:\n{FENCED}", ["none"]) == f"Here it is:\n{FENCED}"


# --- differences between vendors ---------------------------------------------------------------


async def test_openrouter_is_told_to_require_the_parameters() -> None:
    async with asking("openrouter", always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    assert vendor.asked[0].body["provider"] == {"require_parameters": True}


@pytest.mark.parametrize("provider", ["openrouter", "gemini", "mistral", "xai", "deepseek", "groq", "other"])
async def test_compatible_servers_get_the_older_name_of_the_limit(provider: str) -> None:
    async with asking(provider, always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    body = vendor.asked[0].body
    assert body["max_tokens"] == 700
    assert "max_completion_tokens" not in body


async def test_server_without_a_key_is_not_sent_openais(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        pool = Models({"ollama": VendorSettings(base_url=vendor.openai_url)}, timeout=5)
        await pool.get(ModelRef("ollama", "llama")).complete(REQUEST)
        await pool.aclose()
    assert vendor.asked[0].key == "no-key"


async def test_model_name_may_hold_slashes() -> None:
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        pool = Models({"groq": VendorSettings(KEY, vendor.openai_url)}, timeout=5)
        await pool.get(ModelRef.parse("groq/openai/gpt-oss-120b")).complete(REQUEST)
        await pool.aclose()
    assert vendor.asked[0].body["model"] == "openai/gpt-oss-120b"


# --- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "completion"),
    [
        (completion_of(None, "content_filter"), Completion("", Finish.REFUSAL, 1, 1)),
        (completion_of("I would", "content_filter"), Completion("I would", Finish.REFUSAL, 1, 1)),
        (completion_of(None, refusal="No."), Completion("No.", Finish.REFUSAL, 1, 1)),
        (completion_of("{}", refusal=""), Completion("{}", Finish.STOP, 1, 1)),
        (completion_of([{"type": "thinking", "thinking": []}, {"type": "text", "text": "{}"}]),
         Completion("{}", Finish.STOP, 1, 1)),
        (completion_of("{}", "eos"), Completion("{}", Finish.STOP, 1, 1)),
    ],
    ids=["filtered", "filtered midway", "refused", "empty refusal", "parts", "own finish reason"],
)  # fmt: skip
async def test_answers_of_compatible_servers(reply: Reply, completion: Completion) -> None:
    async with asking("other", always(reply)) as (model, _):
        assert await model.complete(REQUEST) == completion


async def test_empty_account_is_not_called_a_rate_limit() -> None:
    async with asking("openai", always(failing(429, code="insufficient_quota"))) as (model, _):
        with pytest.raises(ModelUnavailable, match=r"^HTTP 429, no credit left$"):
            await model.complete(REQUEST)
