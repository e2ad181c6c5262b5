"""Which failures are the host's to put right, by what vendors really answer. Both SDKs, on the loopback."""

from __future__ import annotations

from typing import Any

import pytest

from court.errors import ModelError
from court.models import HostFault, ModelRef
from providers.registry import Models
from tests.fakes.vendor import Answers, Api, LoopbackVendor, Reply, always, answer, failing, html
from tests.providers.asking import KEY as SECRET_KEY
from tests.providers.asking import PAPER, REQUEST, RESEARCH, asking, reach

NONE = None
KEY, CREDIT, MODEL = HostFault.KEY_REFUSED, HostFault.NO_CREDIT, HostFault.UNKNOWN_MODEL
GOOGLE = [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID"}}]

OF_ANTHROPIC: list[tuple[Reply, HostFault | None]] = [
    (failing(401, "invalid x-api-key", type="authentication_error"), KEY),
    (failing(403, "Your API key does not have permission to use the specified resource."), KEY),
    (failing(400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."), CREDIT),
    (failing(404, "model: claude-opus-99", type="not_found_error"), MODEL),
    (failing(404, "Not found", type="not_found_error"), NONE),
    (failing(400, "messages: at least one message is required"), NONE),
]
OF_OTHERS: list[tuple[Reply, HostFault | None]] = [
    (failing(401, f"Incorrect API key provided: {SECRET_KEY}.", code="invalid_api_key"), KEY),
    (failing(403, "Country, region, or territory not supported"), NONE),
    (failing(403, "The API key was reported as leaked. Please use another API key."), KEY),
    (failing(403, "Your account has been deactivated"), KEY),
    (failing(403, "Your input was flagged by moderation"), NONE),
    (html(403), NONE),
    (Reply(status=400, body=GOOGLE), KEY),
    (failing(400, "Incorrect API key provided: xa***."), KEY),
    (failing(402, "Insufficient Balance"), CREDIT),
    (failing(429, "You exceeded your current quota", code="insufficient_quota"), CREDIT),
    (failing(403, "Your newly created team doesn't have any credits or licenses yet."), CREDIT),
    (failing(429, "Rate limit reached for this model"), NONE),
    (failing(404, "The model `gpt-99` does not exist or you do not have access to it.", code="model_not_found"), MODEL),
    (failing(403, "Project `p` does not have access to model `gpt-99`", code="model_not_found"), MODEL),
    (failing(400, "Model Not Exist"), MODEL),
    (failing(400, "Invalid model: mistral-huge"), MODEL),
    (failing(400, "gpt-99 is not a valid model ID"), MODEL),
    (failing(404, 'model "llama9" not found, try pulling it first'), MODEL),
    (failing(404, "models/gemini-9 is not found for API version v1beta"), MODEL),
    (Reply(status=404, body={"detail": "Not Found"}), NONE),
    (html(404), NONE),
    (failing(400, "This model's maximum context length is 8192 tokens"), NONE),
    (failing(500, "invalid api key"), NONE),
    (failing(503, "The model does not exist"), NONE),
]


async def failure_of(provider: str, answers: Answers, *, api: Api = "openai") -> ModelError:
    async with asking(provider, answers, api=api) as (model, _):
        with pytest.raises(ModelError) as raised:
            await model.complete(REQUEST)
    return raised.value


@pytest.mark.parametrize(("reply", "fault"), OF_ANTHROPIC)
async def test_what_anthropic_answers(reply: Reply, fault: HostFault | None) -> None:
    error = await failure_of("anthropic", always(reply), api="anthropic")
    assert error.fault is fault


@pytest.mark.parametrize(("reply", "fault"), OF_OTHERS)
async def test_what_openai_and_compatible_servers_answer(reply: Reply, fault: HostFault | None) -> None:
    error = await failure_of("other", always(reply))
    assert error.fault is fault
    assert SECRET_KEY not in str(error)


async def test_a_fault_is_named_in_the_cause_free_of_charge_and_not_worth_a_retry() -> None:
    poor = failing(400, "Your credit balance is too low to access the Anthropic API.")
    error = await failure_of("anthropic", always(poor), api="anthropic")
    assert (str(error), error.billed, error.transient) == ("HTTP 400, no credit left", False, False)
    empty = failing(429, "You exceeded your current quota", code="insufficient_quota")
    error = await failure_of("openai", always(empty))
    assert (str(error), error.billed, error.transient) == ("HTTP 429, no credit left", False, False)


async def test_a_missing_search_path_is_no_unknown_model() -> None:
    """Without the Responses API the question goes to chat completions, whose answer decides."""

    def answers(api: Api, body: dict[str, Any]) -> Reply:
        return failing(404, "No model is served at this path") if "input" in body else answer(PAPER)

    async with asking("openai", answers) as (model, vendor):
        await model.complete(RESEARCH)
        assert [one.path.rsplit("/", 1)[-1] for one in vendor.asked] == ["responses", "completions"]


async def test_an_address_where_nobody_listens_is_unreachable() -> None:
    apis: tuple[Api, ...] = ("openai", "anthropic")
    for api in apis:
        async with LoopbackVendor(always(answer(PAPER))) as vendor:
            gone = reach(vendor, api)
        pool = Models({api: gone}, timeout=5)
        with pytest.raises(ModelError) as raised:
            await pool.get(ModelRef(api, "m")).complete(REQUEST)
        await pool.aclose()
        assert (str(raised.value), raised.value.fault) == ("no connection", HostFault.UNREACHABLE)


async def test_a_line_that_breaks_after_the_question_is_no_fault_of_the_host() -> None:
    error = await failure_of("openai", always(Reply(drops=True)))
    assert (str(error), error.fault) == ("no connection", None)
