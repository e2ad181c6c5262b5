"""A vendor on the loopback that speaks OpenAI's and Anthropic's interfaces, searches the web and fails on demand.

    async with LoopbackVendor(always(answer({"ballot": "YES"}))) as vendor:
        settings = VendorSettings(api_key="k", base_url=vendor.openai_url)

Its answers are a function of the interface and the body, so that a test, an end-to-end run or a
benchmark can script them per request, per model or at random. The requests are kept in `asked`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

from tests.fakes import answers as shapes
from tests.fakes.answers import Page, Stop

Api = Literal["openai", "anthropic"]

QUICK_RETRY: Mapping[str, str] = {"retry-after-ms": "1"}
"""Makes the SDKs try again at once. They ignore 0."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the vendor does with one request.

    `latency` is in seconds, before anything is sent. `body` replaces the rendered answer: a mapping
    or a list is sent as JSON, a string as it is.
    """

    text: str | None = None
    stop: Stop = "stop"
    tokens_in: int = 11
    tokens_out: int = 7
    status: int = 200
    body: Any = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    latency: float = 0.0
    hangs: bool = False
    drops: bool = False
    pages: tuple[Page, ...] | None = None
    """What the search returned; None for a model that did not search."""
    served: str | None = None
    """The model name that the answer gives; None for the one that was asked."""
    system_fingerprint: str | None = None
    """What the answer says about the system behind the name."""


Answers = Callable[[Api, dict[str, Any]], Reply]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in. Its key is kept apart from the headers."""

    api: Api
    path: str
    headers: Mapping[str, str]
    """Lower-case names, without the ones that carry the key."""
    body: dict[str, Any]
    key: str | None = field(repr=False)
    connection: Any = None
    """The client's address and port: the same for requests of one connection."""


def answer(content: dict[str, Any] | str, *, latency: float = 0.0) -> Reply:
    """Return the reply of a model that finishes its answer. A mapping becomes JSON."""
    return Reply(content if isinstance(content, str) else json.dumps(content), latency=latency)


def found(content: dict[str, Any] | str, *pages: Page) -> Reply:
    """Return the reply of a model that searched once, got those pages, and finishes its answer."""
    return replace(answer(content), pages=pages)


def refusal(text: str = "I can't help with that.") -> Reply:
    return Reply(text, "refusal")


def truncated(text: str) -> Reply:
    return Reply(text, "length")


def html(status: int = 200) -> Reply:
    """Return what a proxy or a login page in between would answer."""
    return Reply(status=status, body="<html><body>Sign in</body></html>", content_type="text/html")


def failing(status: int, message: str = "no", headers: Mapping[str, str] = QUICK_RETRY, **details: Any) -> Reply:
    """Return an error in the shape that both vendors use. `details` go beside the message."""
    error = {"message": message, "type": "some_error", **details}
    return Reply(status=status, body={"type": "error", "error": error}, headers=headers)


HANG = Reply(hangs=True)
DROP = Reply(drops=True)


def always(reply: Reply) -> Answers:
    return lambda _api, _body: reply


def in_turn(*replies: Reply) -> Answers:
    """Play the replies in order, and then repeat the last one."""
    left = list(replies)
    return lambda _api, _body: left.pop(0) if len(left) > 1 else left[0]


class LoopbackVendor:
    """A server on 127.0.0.1 with its own port. It accepts any key and any model name.

    Without `searches` it has no Responses API, like most servers that are compatible with OpenAI.

    Attributes:
        answers: the function that answers each request; may be replaced at any time.
        asked: every request, oldest first.
        hanging: how many requests hang at this moment.
    """

    def __init__(self, answers: Answers, *, searches: bool = False) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self.hanging = 0
        self._hanging_changed = asyncio.Condition()
        self._closing = asyncio.Event()
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._openai)
        app.router.add_post("/v1/messages", self._anthropic)
        if searches:
            app.router.add_post("/v1/responses", self._openai)
        # Handlers end when the client disconnects, so that a hang leaves nothing behind.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        self._origin = ""

    @property
    def openai_url(self) -> str:
        """Return the address for clients of OpenAI's interface, ending in /v1."""
        return f"{self._origin}/v1"

    @property
    def anthropic_url(self) -> str:
        """Return the address for clients of Anthropic's interface."""
        return self._origin

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._origin = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _openai(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("openai", request)

    async def _anthropic(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("anthropic", request)

    async def _serve(self, api: Api, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(_asked(api, request, body))
        reply = self.answers(api, body)
        await asyncio.sleep(reply.latency)
        if reply.hangs:
            await self._hang()
        if reply.hangs or reply.drops:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        content = _render(request.path, str(body["model"]), reply) if reply.body is None else reply.body
        text = content if isinstance(content, str) else json.dumps(content)
        return web.Response(
            status=reply.status, text=text, content_type=reply.content_type, headers=dict(reply.headers)
        )

    async def hanging_is(self, number: int) -> None:
        """Wait until exactly `number` requests hang."""
        async with self._hanging_changed:
            await self._hanging_changed.wait_for(lambda: self.hanging == number)

    async def _hang(self) -> None:
        await self._count_hanging(1)
        try:
            await self._closing.wait()
        finally:
            await self._count_hanging(-1)

    async def _count_hanging(self, by: int) -> None:
        async with self._hanging_changed:
            self.hanging += by
            self._hanging_changed.notify_all()


def _asked(api: Api, request: web.Request, body: dict[str, Any]) -> Asked:
    headers = {name.lower(): value for name, value in request.headers.items()}
    bearer = headers.pop("authorization", None)
    key = headers.pop("x-api-key", None) or (bearer.removeprefix("Bearer ") if bearer else None)
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return Asked(api, request.path, headers, body, key, peer)


def _render(path: str, model: str, reply: Reply) -> dict[str, Any]:
    render = {"/v1/messages": shapes.message, "/v1/responses": shapes.response}.get(path, shapes.chat_completion)
    served = model if reply.served is None else reply.served
    answer = render(served, reply.text, reply.stop, (reply.tokens_in, reply.tokens_out), reply.pages)
    return answer if reply.system_fingerprint is None else {**answer, "system_fingerprint": reply.system_fingerprint}
