"""The vendors' search tools: what is sent, what comes back, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date

import pytest

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.jury.model import Completion, Finish, Model
from court.models import ModelRef, Source
from providers.registry import VENDORS, Models, VendorSettings
from tests.fakes.answers import Page
from tests.fakes.vendor import (
    HANG,
    Answers,
    Api,
    LoopbackVendor,
    Reply,
    always,
    answer,
    failing,
    found,
    html,
    in_turn,
    refusal,
    truncated,
)
from tests.providers.asking import KEY, NAME, PAPER, REQUEST, RESEARCH, SCHEMA, asking, searched

SONG = Page("https://news.example/song", "A machine sings", "2026-10-02")
STUDY = Page("https://lab.example/study?id=7", "A study")
PATHS = {"openai": "/v1/responses", "anthropic": "/v1/messages"}
NO_COMPLETION = "the response was not a completion"


def ask(
    api: Api, answers: Answers, *, seconds: float = 5.0, searches: bool = True
) -> AbstractAsyncContextManager[tuple[Model, LoopbackVendor]]:
    return asking(api, answers, api=api, seconds=seconds, searches=searches)


async def failure_of(model: Model) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await model.complete(RESEARCH)
    return caught.value


# --- who can search ----------------------------------------------------------------------------


def test_two_vendors_can_search_wherever_they_are_reached() -> None:
    pool = Models({name: VendorSettings(KEY, "https://proxy.example/v1") for name in [*VENDORS, "lab"]}, timeout=5)
    able = {name for name in [*VENDORS, "lab"] if pool.get(ModelRef(name, "m")).can_search}
    assert able == {"openai", "anthropic"}


async def test_vendor_without_a_search_is_asked_as_usual() -> None:
    async with asking("mistral", always(answer(PAPER))) as (model, vendor):
        assert await model.complete(RESEARCH) == Completion(json.dumps(PAPER), Finish.STOP, 11, 7, served=NAME)
    assert [(asked.path, "tools" in asked.body) for asked in vendor.asked] == [("/v1/chat/completions", False)]


async def test_no_model_searches_unasked(api: Api) -> None:
    async with ask(api, always(answer(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
    assert searched(vendor) == [False]


# --- what is asked -----------------------------------------------------------------------------


async def test_openai_is_asked_through_responses_and_keeps_nothing() -> None:
    async with ask("openai", always(found(PAPER))) as (model, vendor):
        await model.complete(RESEARCH)
    (asked,) = vendor.asked
    assert (asked.path, asked.key) == ("/v1/responses", KEY)
    assert asked.body == {
        "model": "some-model",
        "instructions": RESEARCH.system,
        "input": RESEARCH.user,
        "max_output_tokens": 700,
        "max_tool_calls": 2,
        "tools": [{"type": "web_search"}],
        "include": ["web_search_call.action.sources"],
        "store": False,
        "text": {"format": {"type": "json_schema", "name": "ballot_paper", "schema": SCHEMA, "strict": True}},
    }


async def test_anthropic_is_given_the_tool_beside_the_schema() -> None:
    async with ask("anthropic", always(found(PAPER))) as (model, vendor):
        await model.complete(REQUEST)
        await model.complete(RESEARCH)
    plain, asked = (one.body for one in vendor.asked)
    tool = {"type": "web_search_20260318", "name": "web_search", "max_uses": 2, "allowed_callers": ["direct"]}
    assert asked == {**plain, "tools": [tool]}


# --- what comes back ---------------------------------------------------------------------------


async def test_pages_of_the_search_are_the_sources(api: Api) -> None:
    async with ask(api, always(found(PAPER, SONG, STUDY))) as (model, vendor):
        completion = await model.complete(RESEARCH)
    published = date(2026, 10, 2) if api == "anthropic" else None  # OpenAI gives no date
    assert completion == Completion(
        json.dumps(PAPER),
        Finish.STOP,
        11,
        7,
        sources=(Source("A machine sings", SONG.url, published), Source("A study", STUDY.url)),
        searches=1,
        served=NAME,
    )
    assert [asked.path for asked in vendor.asked] == [PATHS[api]]


async def test_each_page_is_listed_once_and_only_web_pages_are_listed(api: Api) -> None:
    bare = Page("http://bare.example/x")
    bad = [
        Page(url, "Bad")
        for url in ("javascript:alert(1)", "ftp://a.example/f", "https://", "x", "", "https://a b.example", "https://[",
                    "https://bank.example@evil.example/", "https://a.example/\u202egpj")
    ]  # fmt: skip
    async with ask(api, always(found(PAPER, bare, *bad, SONG, bare, SONG))) as (model, _):
        completion = await model.complete(RESEARCH)
    assert [(source.title, source.url) for source in completion.sources] == [
        ("bare.example", bare.url),
        ("A machine sings", SONG.url),
    ]


async def test_search_that_found_nothing(api: Api) -> None:
    async with ask(api, always(found(PAPER))) as (model, _):
        completion = await model.complete(RESEARCH)
    assert (completion.text, completion.sources, completion.searches) == (json.dumps(PAPER), (), 1)


async def test_model_that_did_not_search_has_no_sources_however_it_writes(api: Api) -> None:
    said = {"reason": "See https://invented.example/paper", "sources": ["https://invented.example/paper"]}
    async with ask(api, always(answer(said))) as (model, _):
        completion = await model.complete(RESEARCH)
    assert (completion.text, completion.sources, completion.searches) == (json.dumps(said), (), 0)


@pytest.mark.parametrize(
    ("reply", "text", "finish"),
    [
        (refusal("No."), "No.", Finish.REFUSAL),
        (truncated('{"reason": "It si'), '{"reason": "It si', Finish.LENGTH),
        (Reply(text=None, stop="length"), "", Finish.LENGTH),
    ],
    ids=["refusal", "cut", "cut before the first word"],
)
async def test_sources_are_reported_however_the_answer_ends(api: Api, reply: Reply, text: str, finish: Finish) -> None:
    async with ask(api, always(replace(reply, pages=(SONG,)))) as (model, _):
        completion = await model.complete(RESEARCH)
    said = "I'll look it up." if api == "anthropic" and reply.text is None else text
    assert (completion.text, completion.finish) == (said, finish)
    assert (completion.tokens_in, completion.tokens_out, completion.searches) == (11, 7, 1)
    assert [source.url for source in completion.sources] == [SONG.url]


# --- failures ----------------------------------------------------------------------------------

ODD_BODIES = (
    "", "null", "[]", "{}", '"x"', "{broken", "[" * 9_000,
    '{"output": null}', '{"output": []}', '{"output": [null]}', '{"output": "abc"}',
    '{"output": [{"type": "message"}]}',
    '{"output": [{"type": "message", "content": [{"type": "output_text", "text": 5}]}]}',
    '{"output": [{"type": "web_search_call"}]}',
    '{"status": "queued", "output": [{"type": "message", "content": [{"type": "output_text", "text": "{}"}]}]}',
    '{"content": null}', '{"content": []}', '{"content": [null]}', '{"content": "abc"}',
    '{"stop_reason": "pause_turn"}',
    '{"content": [{"type": "web_search_tool_result"}], "stop_reason": "end_turn"}',
    '{"content": [{"type": "text", "text": 5}], "stop_reason": "end_turn"}',
)  # fmt: skip


async def test_body_that_is_no_completion(api: Api) -> None:
    async with ask(api, always(html())) as (model, vendor):
        for reply in (html(), *(Reply(body=body) for body in ODD_BODIES)):
            vendor.answers = always(reply)
            failure = await failure_of(model)
            assert (type(failure), str(failure)) == (ModelUnavailable, NO_COMPLETION), str(reply.body)[:80]


LASTING_FAILURES = (
    (failing(429), ModelUnavailable, "HTTP 429, rate limited", 1),
    (failing(500, "the tool broke"), ModelUnavailable, "HTTP 500", 1),
    (failing(504), ModelTimeout, "HTTP 504, timed out", 1),
    (failing(400, "maximum context length exceeded"), ModelUnavailable, "HTTP 400, request refused", 1),
    (failing(401, "no tools for this key"), ModelUnavailable, "HTTP 401, key refused", 1),
    (failing(403), ModelUnavailable, "HTTP 403, access refused", 1),
    # Either the model or the address may be missing; only asking without the search tells which.
    (failing(404), ModelUnavailable, "HTTP 404, no such model or address", 2),
)


async def test_lasting_failure_is_named(api: Api) -> None:
    async with ask(api, always(html())) as (model, vendor):
        for reply, kind, cause, attempts in LASTING_FAILURES:
            vendor.answers = always(reply)
            vendor.asked.clear()
            failure = await failure_of(model)
            assert (type(failure), str(failure), len(vendor.asked)) == (kind, cause, attempts)
        vendor.answers = always(found(PAPER, SONG))
        assert len((await model.complete(RESEARCH)).sources) == 1, "none of them is remembered"


async def test_silence_is_a_timeout(api: Api) -> None:
    async with ask(api, always(HANG), seconds=0.15) as (model, vendor):
        failure = await failure_of(model)
    assert (type(failure), str(failure), searched(vendor)) == (ModelTimeout, "timed out", [True])


async def test_deadline_cuts_a_search_and_breaks_nothing(api: Api) -> None:
    async with ask(api, in_turn(found(PAPER), HANG, found(PAPER, SONG)), seconds=60) as (model, vendor):
        await model.complete(RESEARCH)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await model.complete(RESEARCH)
        async with asyncio.timeout(5):
            await vendor.hanging_is(0)
        assert len((await model.complete(RESEARCH)).sources) == 1
