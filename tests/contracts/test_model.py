"""The contract of `court.jury.model.Model`, checked for every adapter against a loopback vendor."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import traceback
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.jury.model import Completion, Finish, Model
from court.models import ModelRef
from providers.registry import Models
from tests.fakes.answers import chat_completion, message
from tests.fakes.vendor import (
    DROP,
    HANG,
    Answers,
    Api,
    LoopbackVendor,
    Reply,
    always,
    answer,
    failing,
    html,
    in_turn,
    refusal,
    truncated,
)
from tests.providers.asking import KEY, NAME, PAPER, REQUEST, asking, reach

NO_COMPLETION = "the response was not a completion"


@pytest.fixture(params=["openai", "anthropic"])
def api(request: pytest.FixtureRequest) -> Api:
    """Each adapter in turn; the provider of that name uses the API of that name."""
    chosen: Api = request.param
    return chosen


def ask(
    api: Api, answers: Answers, *, seconds: float = 5.0
) -> AbstractAsyncContextManager[tuple[Model, LoopbackVendor]]:
    return asking(api, answers, api=api, seconds=seconds)


async def failure_of(model: Model) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await model.complete(REQUEST)
    return caught.value


# --- answers -----------------------------------------------------------------------------------


async def test_answer_is_given_as_it_came(api: Api) -> None:
    async with ask(api, always(answer(PAPER))) as (model, vendor):
        assert await model.complete(REQUEST) == Completion(json.dumps(PAPER), Finish.STOP, 11, 7, served=NAME)
        assert model.ref == ModelRef(api, "some-model")
    (asked,) = vendor.asked
    assert (asked.api, asked.key, asked.body["model"]) == (api, KEY, "some-model")
    assert KEY not in json.dumps([*asked.headers.items(), asked.body])


async def test_question_arrives_whole(api: Api) -> None:
    async with ask(api, always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    sent = json.dumps(vendor.asked[0].body, ensure_ascii=False)
    assert REQUEST.system in sent
    assert json.dumps(REQUEST.user) in sent
    assert '"YES", "NO"' in sent
    assert "700" in sent
    assert "temperature" not in sent


async def test_refusal(api: Api) -> None:
    async with ask(api, always(refusal("No."))) as (model, _):
        assert await model.complete(REQUEST) == Completion("No.", Finish.REFUSAL, 11, 7, served=NAME)


async def test_truncated_answer(api: Api) -> None:
    async with ask(api, always(truncated('{"reason": "It si'))) as (model, _):
        assert await model.complete(REQUEST) == Completion('{"reason": "It si', Finish.LENGTH, 11, 7, served=NAME)


async def test_truncated_before_the_first_word(api: Api) -> None:
    """A thinking model may spend all its tokens before it writes."""
    async with ask(api, always(Reply(text=None, stop="length"))) as (model, _):
        assert await model.complete(REQUEST) == Completion("", Finish.LENGTH, 11, 7, served=NAME)


async def test_invalid_json_is_left_to_the_court(api: Api) -> None:
    async with ask(api, always(answer('{"ballot": YES'))) as (model, _):
        assert (await model.complete(REQUEST)).text == '{"ballot": YES'


# --- failures ----------------------------------------------------------------------------------


async def test_html_with_status_200(api: Api) -> None:
    async with ask(api, always(html())) as (model, vendor):
        failure = await failure_of(model)
    assert (type(failure), str(failure)) == (ModelUnavailable, NO_COMPLETION)
    assert len(vendor.asked) == 1


ODD_BODIES = (
    "", "null", "[]", "{}", '"x"', "5", "{broken", "[" * 9_000,
    '{"error": {"message": "overloaded", "code": 502}}',
    '{"choices": []}', '{"choices": null}', '{"choices": [null]}', '{"choices": "abc"}',
    '{"choices": [{"message": "hi", "finish_reason": "stop"}]}',
    '{"choices": [{"message": {"content": null}, "finish_reason": "tool_calls"}]}',
    '{"choices": [{"message": {"content": 5}, "finish_reason": "stop"}]}',
    '{"content": null}', '{"content": []}', '{"content": [null]}', '{"content": "abc"}',
    '{"content": [{"type": "text"}], "stop_reason": "end_turn"}',
    '{"content": [{"type": "text", "text": 5}], "stop_reason": "end_turn"}',
    '{"content": [{"type": "tool_use", "id": "t"}], "stop_reason": "tool_use"}',
)  # fmt: skip


async def test_body_that_is_no_completion(api: Api) -> None:
    async with ask(api, always(html())) as (model, vendor):
        for body in ODD_BODIES:
            vendor.answers = always(Reply(body=body))
            failure = await failure_of(model)
            assert (type(failure), str(failure)) == (ModelUnavailable, NO_COMPLETION), body[:80]


BAD_GATEWAY = Reply(status=502, body="<html></html>", content_type="text/html")

FAILURES = (
    # The reply, what it becomes, and whether it may be billed and is worth another attempt.
    (failing(429), ModelUnavailable, "HTTP 429, rate limited", False, True),
    (failing(500), ModelUnavailable, "HTTP 500", True, True),
    (BAD_GATEWAY, ModelUnavailable, "HTTP 502", True, True),
    (failing(503), ModelUnavailable, "HTTP 503, overloaded", True, True),
    (failing(529), ModelUnavailable, "HTTP 529, overloaded", True, True),
    (failing(408), ModelTimeout, "HTTP 408, timed out", True, True),
    (failing(504), ModelTimeout, "HTTP 504, timed out", True, True),
    (failing(499), ModelUnavailable, "HTTP 499", True, False),
    (failing(400), ModelUnavailable, "HTTP 400, request refused", False, False),
    (failing(401), ModelUnavailable, "HTTP 401, key refused", False, False),
    (failing(402), ModelUnavailable, "HTTP 402, no credit left", False, False),
    (failing(403), ModelUnavailable, "HTTP 403, access refused", False, False),
    (failing(404), ModelUnavailable, "HTTP 404, no such model or address", False, False),
    (failing(413), ModelUnavailable, "HTTP 413, request too large", False, False),
    (failing(418), ModelUnavailable, "HTTP 418", False, False),
    (failing(422), ModelUnavailable, "HTTP 422, request refused", False, False),
    (failing(500, headers={"x-should-retry": "false"}), ModelUnavailable, "HTTP 500", True, False),
    (html(), ModelUnavailable, NO_COMPLETION, True, False),
    (DROP, ModelUnavailable, "no connection", True, True),
)


async def test_failure_is_named_and_says_what_may_follow(api: Api) -> None:
    """Every attempt is one request: the SDKs try nothing again by themselves."""
    async with ask(api, always(html())) as (model, vendor):
        for reply, kind, cause, billed, transient in FAILURES:
            vendor.answers = always(reply)
            vendor.asked.clear()
            failure = await failure_of(model)
            assert (type(failure), str(failure), len(vendor.asked)) == (kind, cause, 1)
            assert (failure.billed, failure.transient) == (billed, transient), cause


async def test_silence_is_a_timeout_that_may_be_billed(api: Api) -> None:
    async with ask(api, always(HANG), seconds=0.15) as (model, vendor):
        failure = await failure_of(model)
        assert len(vendor.asked) == 1
    assert (type(failure), str(failure)) == (ModelTimeout, "timed out")
    assert (failure.billed, failure.transient) == (True, False)


async def test_what_never_got_out_is_not_billed(api: Api) -> None:
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        gone = reach(vendor, api)
    pool = Models({api: gone}, timeout=5)
    failure = await failure_of(pool.get(ModelRef(api, "m")))
    await pool.aclose()
    assert (type(failure), str(failure)) == (ModelUnavailable, "no connection")
    assert (failure.billed, failure.transient) == (False, True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "7", "retry-after-ms": "40"}, 0.04),
        ({"retry-after": "-7"}, 0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
async def test_how_long_the_vendor_wants_us_to_wait(api: Api, headers: dict[str, str], seconds: float | None) -> None:
    async with ask(api, always(failing(429, headers=headers))) as (model, _):
        assert (await failure_of(model)).retry_after == seconds


async def test_vendor_may_name_a_moment_to_wait_for(api: Api) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    async with ask(api, always(failing(503, headers={"retry-after": moment}))) as (model, _):
        wait = (await failure_of(model)).retry_after
    assert wait is not None
    assert 3_590 < wait <= 3_600


# --- usage -------------------------------------------------------------------------------------

NAMES = {"openai": ("prompt_tokens", "completion_tokens"), "anthropic": ("input_tokens", "output_tokens")}

UNBELIEVABLE: tuple[Any, ...] = (None, -1, -(10**9), 1_000_001, 10**30, True, 1.5, "7", [7], {})


def using(api: Api, **usage: Any) -> Reply:
    """Return an answer with this usage, or with none."""
    render = message if api == "anthropic" else chat_completion
    return Reply(body={**render("some-model", json.dumps(PAPER), "stop", (11, 7)), "usage": usage or None})


async def test_usage_is_believed_up_to_a_bound(api: Api) -> None:
    read, written = NAMES[api]
    async with ask(api, always(using(api, **{read: 200_000, written: 64_000}))) as (model, _):
        assert await model.complete(REQUEST) == Completion(json.dumps(PAPER), Finish.STOP, 200_000, 64_000, served=NAME)


async def test_answer_without_believable_usage_is_not_metered_and_the_host_is_told_once(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    read, written = NAMES[api]
    odd = [{}, {read: 11}, {written: 7}, {read: 0, written: 0}]
    odd += [{read: 200_001, written: 7}, {read: 11, written: 64_001}]
    odd += [{read: value, written: 7} for value in UNBELIEVABLE] + [
        {read: 11, written: value} for value in UNBELIEVABLE
    ]
    async with ask(api, always(html())) as (model, vendor):
        for usage in odd:
            vendor.answers = always(using(api, **usage))
            assert await model.complete(REQUEST) == Completion(
                json.dumps(PAPER), Finish.STOP, metered=False, served=NAME
            ), usage
    assert caplog.text.count(f"{api}/some-model reports no usage, or an impossible one") == 1


# --- deadlines ---------------------------------------------------------------------------------


async def test_deadline_cuts_a_hang_and_leaves_nothing_behind(api: Api) -> None:
    async with ask(api, in_turn(answer(PAPER), HANG, answer(PAPER)), seconds=60) as (model, vendor):
        await model.complete(REQUEST)
        tasks = asyncio.all_tasks()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await model.complete(REQUEST)
        async with asyncio.timeout(5):
            await vendor.hanging_is(0)
        # Only our own tasks: the model does not have to end the server's.
        assert [task for task in asyncio.all_tasks() - tasks if "aiohttp" not in repr(task)] == []
        assert (await model.complete(REQUEST)).finish is Finish.STOP
        assert len(vendor.asked) == 3
    gc.collect()  # a connection left open would warn here, and a warning is an error


async def test_deadline_during_the_first_import_breaks_nothing(api: Api) -> None:
    async with ask(api, always(answer(PAPER))) as (model, _):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await model.complete(REQUEST)
        assert (await model.complete(REQUEST)).finish is Finish.STOP


async def test_closing_the_pool_ends_a_question_as_a_failure(api: Api) -> None:
    async with LoopbackVendor(always(HANG)) as vendor:
        pool = Models({api: reach(vendor, api)}, timeout=60)
        question = asyncio.create_task(failure_of(pool.get(ModelRef(api, "m"))))
        async with asyncio.timeout(5):
            await vendor.hanging_is(1)
            await pool.aclose()
            failure = await question
    assert type(failure) is ModelUnavailable


# --- one client per vendor ---------------------------------------------------------------------


async def test_models_of_a_vendor_share_connections(api: Api) -> None:
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        pool = Models({api: reach(vendor, api)}, timeout=5)
        for name in ("one", "two", "three"):
            await pool.get(ModelRef(api, name)).complete(REQUEST)
        await pool.aclose()
    assert [asked.body["model"] for asked in vendor.asked] == ["one", "two", "three"]
    assert len({asked.connection for asked in vendor.asked}) == 1


async def test_panel_asks_at_once(api: Api) -> None:
    async with LoopbackVendor(always(answer(PAPER, latency=0.2))) as vendor:
        pool = Models({api: reach(vendor, api)}, timeout=5)
        models = [pool.get(ModelRef(api, f"m{seat}")) for seat in range(7)]
        await models[0].complete(REQUEST)
        async with asyncio.timeout(1.2):  # one after the other they would take 1.4 s
            completions = await asyncio.gather(*(model.complete(REQUEST) for model in models))
        await pool.aclose()
    assert {completion.finish for completion in completions} == {Finish.STOP}


# --- secrets -----------------------------------------------------------------------------------


@pytest.fixture
async def told(api: Api, caplog: pytest.LogCaptureFixture) -> str:
    """Return everything that can be read after a vendor has quoted the key in its error."""
    caplog.set_level(logging.DEBUG)
    async with ask(api, always(failing(401, f"Incorrect API key provided: {KEY}"))) as (model, vendor):
        failure = await failure_of(model)
        seen = [repr(model), repr(failure), repr(reach(vendor, api)), *traceback.format_exception(failure)]
    assert vendor.asked[0].key == KEY
    assert "401" in caplog.text, "the SDK's own log is on"
    return "\n".join([*seen, caplog.text])


async def test_key_is_never_shown(told: str) -> None:
    assert KEY not in told
    assert "Incorrect API key" not in told


async def test_environment_variables_of_the_sdk_are_ignored(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    dead, stolen = "http://127.0.0.1:9/v1", "stolen-value"
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.setenv(name, dead)
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "AUTH_TOKEN", "PROFILE"):
        monkeypatch.setenv(f"OPENAI_{name}", stolen)
        monkeypatch.setenv(f"ANTHROPIC_{name}", stolen)
    for name in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(name, f"Authorization: Bearer {stolen}\nX-Api-Key: {stolen}\nX-Other: {stolen}")
    async with ask(api, always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    (asked,) = vendor.asked
    assert asked.key == KEY
    assert stolen not in json.dumps([*asked.headers.items(), asked.body])
