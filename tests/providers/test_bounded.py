"""Whatever a server sends, it costs the court little memory and no stall, and no question goes to another address."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.jury.model import Completion, Finish, Model, Request
from court.jury.pool import Jury
from court.models import ModelRef, Price
from providers.bounded import MOST_BYTES, MOST_BYTES_OF_ERROR
from providers.registry import Models, VendorSettings
from tests.fakes.answers import chat_completion, message
from tests.fakes.raw_vendor import RawVendor, Writes, head, repeating, sending
from tests.fakes.vendor import Api
from tests.providers.asking import KEY, NAME, PAPER, REQUEST, RESEARCH

MIB = 1024 * 1024
TOO_LARGE = "the answer was too large"
NO_COMPLETION = "the response was not a completion"

MEMORY = 24 * MIB
"""Far below the gigabytes of before, and far above what an answer of the longest allowed length takes."""

STALL = 0.5
"""Seconds. The loop is shared with the server of the test, and with other tests on the machine."""


@asynccontextmanager
async def answered(api: Api, writes: Writes, *, seconds: float = 10.0) -> AsyncIterator[tuple[Model, RawVendor]]:
    """Yield a model whose vendor answers with these bytes. An import is not part of what the tests measure."""
    async with RawVendor(writes).running() as vendor:
        pool = Models({api: VendorSettings(KEY, f"{vendor.origin}/v1")}, timeout=seconds)
        model = pool.get(ModelRef(api, "some-model"))
        await pool.warm_up()
        try:
            yield model, vendor
        finally:
            await pool.aclose()


async def failure_of(model: Model, request: Request = REQUEST) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await model.complete(request)
    return caught.value


async def measured(model: Model, request: Request = REQUEST) -> tuple[ModelError, int, float]:
    """Return how asking fails, the most memory that it takes, and the longest stall of the loop meanwhile."""
    # The first time, the SDK prepares itself.
    await failure_of(model, request)
    stall = await _longest_stall(failure_of(model, request))
    tracemalloc.start()
    try:
        failure = await failure_of(model, request)
        return failure, tracemalloc.get_traced_memory()[1], stall
    finally:
        tracemalloc.stop()


async def _longest_stall(work: Coroutine[Any, Any, object]) -> float:
    working = asyncio.create_task(work)
    longest = 0.0
    while not working.done():
        began = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - began - 0.005)
    await working
    return longest


def gzip_bomb() -> bytes:
    """Return a megabyte that becomes a gigabyte."""
    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(MIB)
    return b"".join([*(pack.compress(zeros) for _ in range(1024)), pack.flush()])


CHUNKED = head("transfer-encoding: chunked")
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
BOMB = gzip_bomb()
EMPTY_GZIP = gzip.compress(b"")
LONG_TEXT = json.dumps({"reason": "x" * 100_000, "ballot": "YES"})

TOO_MUCH = {
    "100 MB with a length": repeating(head(f"content-length: {100 * MIB}"), bytes(65_536), 1600),
    "100 MB in chunks": repeating(CHUNKED, CHUNK, 1600),
    "endless": repeating(CHUNKED, CHUNK),
    "gzip bomb": sending(head("content-encoding: gzip", f"content-length: {len(BOMB)}"), BOMB),
    "endless gzip of nothing": repeating(
        head("content-encoding: gzip", "transfer-encoding: chunked"),
        b"%x\r\n%s\r\n" % (3000 * len(EMPTY_GZIP), EMPTY_GZIP * 3000),
    ),
    "one byte too many": sending(head(f"content-length: {MOST_BYTES + 1}"), b" " * (MOST_BYTES + 1)),
}

TOO_MUCH_ABOUT_AN_ERROR = {
    "100 MB": repeating(head(f"content-length: {100 * MIB}", status="429 Too Many"), bytes(65_536), 1600),
    "one byte too many": sending(
        head(f"content-length: {MOST_BYTES_OF_ERROR + 1}", status="429 Too Many"), b"x" * (MOST_BYTES_OF_ERROR + 1)
    ),
    "gzip bomb": sending(head("content-encoding: gzip", f"content-length: {len(BOMB)}", status="429 Too Many"), BOMB),
    "badly compressed": sending(head("content-encoding: gzip", "content-length: 2", status="429 Too Many"), b"{}"),
    "cut off": sending(head("content-encoding: gzip", "content-length: 9", status="429 Too Many"), EMPTY_GZIP[:9]),
}


@pytest.mark.parametrize("writes", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_what_is_too_large_is_not_read(api: Api, writes: Writes) -> None:
    async with answered(api, writes) as (model, vendor):
        failure, memory, stall = await measured(model)

    assert (type(failure), str(failure)) == (ModelUnavailable, TOO_LARGE)
    assert (failure.billed, failure.transient) == (True, False)
    assert vendor.received == 3
    assert memory < MEMORY
    assert stall < STALL


@pytest.mark.parametrize("writes", TOO_MUCH_ABOUT_AN_ERROR.values(), ids=TOO_MUCH_ABOUT_AN_ERROR)
async def test_an_error_keeps_its_status_whatever_its_body_is(api: Api, writes: Writes) -> None:
    async with answered(api, writes) as (model, _):
        failure, memory, stall = await measured(model)

    assert (str(failure), failure.billed, failure.transient) == ("HTTP 429, rate limited", False, True)
    assert memory < MEMORY
    assert stall < STALL


async def test_the_beginning_of_a_long_error_is_read(api: Api) -> None:
    """What the server complains about stands at its beginning, and another form of the question may please it."""
    complaint = b"response_format json_schema output_config is not supported" + b" " * MOST_BYTES_OF_ERROR
    body = completion(api, json.dumps(PAPER))
    replies = [
        sending(head(f"content-length: {len(complaint)}", status="400 Bad Request"), complaint),
        sending(head(f"content-length: {len(body)}"), body),
    ]

    async def writes(writer: asyncio.StreamWriter) -> None:
        await replies.pop(0)(writer)

    async with answered(api, writes) as (model, vendor):
        assert (await model.complete(REQUEST)).finish is Finish.STOP
    assert vendor.received == 2


async def test_an_answer_with_many_values_is_read(api: Api) -> None:
    body = completion(api, json.dumps(PAPER), reasoning="so, " * 12_000)
    async with answered(api, sending(head(f"content-length: {len(body)}"), body)) as (model, _):
        assert (await model.complete(REQUEST)).finish is Finish.STOP


def completion(api: Api, text: str, **more: object) -> bytes:
    render = message if api == "anthropic" else chat_completion
    return json.dumps({**render("some-model", text, "stop", (11, 7)), **more}).encode()


@pytest.mark.parametrize("searching", [False, True], ids=["asked", "searching"])
@pytest.mark.parametrize(
    "dense",
    ['{"choices":[%s],"content":[%s],"output":[%s]}', '{"usage":{"a":[%s]}}'],
    ids=["as choices", "as usage"],
)
@pytest.mark.parametrize("item", ["{}", "1", "[]"])
async def test_a_megabyte_of_small_values_stalls_nothing(api: Api, item: str, dense: str, searching: bool) -> None:
    places = dense.count("%s")
    body = dense.replace("%s", ",".join([item] * (MOST_BYTES // (len(item) + 1) // places - 20))).encode()
    writes = sending(head(f"content-length: {len(body)}"), body)
    async with answered(api, writes) as (model, _):
        failure, _, stall = await measured(model, RESEARCH if searching else REQUEST)

    assert (type(failure), str(failure)) == (ModelUnavailable, TOO_LARGE)
    assert stall < STALL


async def test_an_answer_with_a_very_long_text_is_not_used(api: Api) -> None:
    body = completion(api, LONG_TEXT)
    async with answered(api, sending(head(f"content-length: {len(body)}"), body)) as (model, _):
        assert str(await failure_of(model)) == TOO_LARGE


async def test_an_answer_of_the_longest_allowed_length_is_read(api: Api) -> None:
    body = completion(api, json.dumps(PAPER))
    body += b" " * (MOST_BYTES - len(body))
    packed = gzip.compress(body)
    for writes in (
        sending(head(f"content-length: {len(body)}"), body),
        sending(head("content-encoding: gzip", f"content-length: {len(packed)}"), packed),
    ):
        async with answered(api, writes) as (model, _):
            assert await model.complete(REQUEST) == Completion(json.dumps(PAPER), Finish.STOP, 11, 7, served=NAME)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("deflate", zlib.compress),
        ("br", bytes),
        ("zstd", bytes),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("gzip", bytes),
        ("gzip", lambda body: gzip.compress(body)[:-9]),
    ],
    ids=["deflate", "br", "zstd", "twice", "not packed", "cut off"],
)  # fmt: skip
async def test_an_encoding_that_was_not_offered_or_is_broken_is_no_answer(
    api: Api, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = pack(completion(api, json.dumps(PAPER)))
    writes = sending(head(f"content-encoding: {encoding}", f"content-length: {len(body)}"), body)
    async with answered(api, writes) as (model, _):
        assert str(await failure_of(model)) == NO_COMPLETION


async def test_an_error_that_cannot_be_unpacked_keeps_its_status(api: Api) -> None:
    refused = head("content-encoding: br", "content-length: 2", status="429 Too Many Requests")
    async with answered(api, sending(refused, b"??")) as (model, _):
        failure = await failure_of(model)
    assert (str(failure), failure.billed) == ("HTTP 429, rate limited", False)


@pytest.mark.parametrize(
    "body", [b'{"_fields_set": [], "choices": [], "content": []}', b'{"_BaseModel__cls": 1}'], ids=["fields", "class"]
)
async def test_names_that_the_sdk_uses_itself_are_no_answer(api: Api, body: bytes) -> None:
    async with answered(api, sending(head(f"content-length: {len(body)}"), body)) as (model, _):
        assert str(await failure_of(model)) == NO_COMPLETION


ENDLESS_HEAD = {
    "many headers": repeating(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 1000 + b"\r\n"),
    "one long header": repeating(b"HTTP/1.1 200 OK\r\nx-more: ", b"y" * 1000),
    "a long status": repeating(b"HTTP/1.1 200 ", b"y" * 1000),
    "chunk extensions": repeating(CHUNKED + b"1;", b"y" * 1000),
    "trailers": repeating(CHUNKED + b"2\r\n{}\r\n0\r\n", b"x-more: " + b"y" * 1000 + b"\r\n"),
}


@pytest.mark.parametrize("writes", ENDLESS_HEAD.values(), ids=ENDLESS_HEAD)
async def test_headers_are_bounded(api: Api, writes: Writes) -> None:
    async with answered(api, writes) as (model, vendor):
        failure, memory, stall = await measured(model)

    assert (type(failure), failure.billed, vendor.received) == (ModelUnavailable, True, 3)
    assert memory < MEMORY
    assert stall < STALL


@pytest.mark.parametrize(
    "writes",
    [
        repeating(CHUNKED, b"1\r\n \r\n", pause=0.01),
        repeating(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n", pause=0.01),
        repeating(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01),
    ],
    ids=["body", "headers", "nothing but continue"],
)
async def test_an_answer_that_never_ends_is_cut_by_the_deadline(api: Api, writes: Writes) -> None:
    async with answered(api, writes, seconds=60) as (model, vendor):
        jury = Jury({model.ref: model}, None, panel_size=1, timeout=0.5, tariff=lambda _ref: Price(3, 15))
        with pytest.raises(ModelTimeout, match=r"no answer within 0\.5 s") as raised:
            await jury.ask(model, REQUEST, jury.deadline())
    assert vendor.received == 1
    assert raised.value.usage.cost > 0


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("address", ["{other}/v1/chat/completions", "/v1/elsewhere", "//", "http://[", ""])
async def test_no_redirect_is_followed(api: Api, status: int, address: str) -> None:
    body = completion(api, json.dumps(PAPER))
    async with RawVendor(sending(head(f"content-length: {len(body)}"), body)).running() as other:
        location = address.format(other=other.origin)
        writes = sending(head(f"location: {location}", "content-length: 0", status=f"{status} Elsewhere"))
        async with answered(api, writes) as (model, vendor):
            failure = await failure_of(model)

    assert (type(failure), str(failure)) == (
        ModelUnavailable,
        f"HTTP {status}, redirected to another address; it is not followed",
    )
    assert (failure.billed, failure.transient) == (True, False)
    assert (vendor.received, other.received) == (1, 0)
