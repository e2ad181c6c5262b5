"""Anthropic's Messages API through the `anthropic` SDK.

Importing this module imports the SDK, which takes more than a second. `providers.registry` does it
when a model is asked for the first time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import anthropic
from anthropic.types import Message, WebSearchToolResultBlock

from court.errors import ModelError, ModelUnavailable
from court.jury.model import Completion, Finish, Request
from providers.bounded import BoundedReading, built
from providers.capabilities import Format, Level, Levels, instructions, unfenced
from providers.completions import MOST_SEARCHES, NO_COMPLETION, completion, counted, told, total
from providers.endpoints import CONNECT_TIMEOUT, MAX_RETRIES, NO_KEY, Endpoint
from providers.failures import SdkErrors, translated
from providers.sources import Page, sources

_ERRORS: Final = SdkErrors(
    timeout=anthropic.APITimeoutError,
    status=anthropic.APIStatusError,
    connection=anthropic.APIConnectionError,
    base=anthropic.AnthropicError,
)

_CUT_SHORT: Final = ("max_tokens", "model_context_window_exceeded", "pause_turn")

_MAX_PAUSES: Final = 2
"""How often a model that pauses during its search is asked to go on."""


class _Client(BoundedReading, anthropic.DefaultAsyncHttpxClient):
    """The SDK's own client, with bounds."""


class AnthropicAdapter:
    """One SDK client for one endpoint. It remembers which level each model accepts."""

    def __init__(self, endpoint: Endpoint, *, timeout: float) -> None:
        self._search = endpoint.vendor.search
        self._levels = Levels(_ERRORS.status, (Format.JSON_SCHEMA, Format.PROMPT_ONLY))
        self._client = anthropic.AsyncAnthropic(
            api_key=endpoint.api_key or NO_KEY,
            # The SDK adds /v1 itself; hosts write the address with or without it.
            base_url=endpoint.base_url.rstrip("/").removesuffix("/v1"),
            timeout=anthropic.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            max_retries=MAX_RETRIES,
            http_client=_Client(),
            # Otherwise an environment variable could copy the statements into the host's traces.
            open_telemetry=False,
        )
        # The SDK fills these from ANTHROPIC_CUSTOM_HEADERS, which can replace the key.
        self._client._custom_headers = {}

    async def complete(self, model: str, request: Request) -> Completion:
        """Ask one model. If the server rejects the schema or the search, ask again without it.

        Raises:
            ModelError: as described in `court.jury.model.Model.complete`.
        """

        async def attempt(level: Level) -> Completion:
            turns = await self._turns(self._arguments(model, request, level), request.user)
            return await asyncio.to_thread(_read, turns, level.form)

        with translated(_ERRORS):
            return await self._levels.ask(model, request.searching and bool(self._search), attempt)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _turns(self, arguments: dict[str, Any], user: str) -> list[Message]:
        """Return the parts of the answer. If the vendor pauses a long search, send the part back to continue it."""
        messages: list[Any] = [{"role": "user", "content": user}]
        turns = [await self._turn(arguments, messages)]
        try:
            with translated(_ERRORS):
                while turns[-1].stop_reason == "pause_turn" and len(turns) <= _MAX_PAUSES:
                    messages.append({"role": "assistant", "content": turns[-1].content})
                    turns.append(await self._turn(arguments, messages))
        except ModelError as error:
            # The turns before were answered, so they are paid for, whatever became of this one.
            error.billed = True
            raise
        return turns

    async def _turn(self, arguments: dict[str, Any], messages: list[Any]) -> Message:
        raw = await self._client.messages.with_raw_response.create(**arguments, messages=messages)
        answer = await asyncio.to_thread(built, Message, raw.http_response)
        # The SDK does not validate the types it builds.
        if not isinstance(getattr(answer, "content", None), list):
            raise ModelUnavailable(NO_COMPLETION)
        return answer

    def _arguments(self, model: str, request: Request, level: Level) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": model,
            "max_tokens": request.max_tokens,
            "system": instructions(request, level.form),
        }
        if level.form is Format.JSON_SCHEMA:
            schema = anthropic.transform_schema(without_type_lists(request.schema))
            arguments["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if level.searching:
            arguments["tools"] = [self._search]
        return arguments


def without_type_lists(schema: Any) -> Any:
    """Rewrite `{"type": ["string", "null"]}` as `anyOf`, the only form that `transform_schema` accepts."""
    if isinstance(schema, list):
        return [without_type_lists(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: without_type_lists(value) for key, value in schema.items()}
    if isinstance(plain.get("type"), list) and "enum" not in plain:
        kinds = plain.pop("type")
        described = {"description": plain.pop("description")} if "description" in plain else {}
        return {"anyOf": [{**plain, "type": kind} for kind in kinds], **described}
    return plain


def _read(turns: Sequence[Message], form: Format) -> Completion:
    last = turns[-1]
    try:
        text = _text([block for turn in turns for block in turn.content])
        found = sources(page for turn in turns for page in _pages(turn))
    except (AttributeError, TypeError):
        raise ModelUnavailable(NO_COMPLETION) from None
    finish = Finish.STOP
    if last.stop_reason == "refusal":
        finish, text = Finish.REFUSAL, text or getattr(last.stop_details, "explanation", None)
    elif last.stop_reason in _CUT_SHORT:
        finish = Finish.LENGTH
    elif text is not None:
        text = unfenced(text, form)
    read, written = (total(counted(turn.usage, name) for turn in turns) for name in ("input_tokens", "output_tokens"))
    searches = total(map(_searches, turns))
    return completion(text, finish, (read, written), sources=found, searches=searches, answer=last)


def _text(blocks: Sequence[Any]) -> str | None:
    """Return the last text. If citations split it into blocks, join the adjacent ones."""
    runs = [list(run) for is_text, run in groupby(blocks, lambda block: bool(block.type == "text")) if is_text]
    if not runs:
        return None
    texts = [block.text for block in runs[-1]]
    if not all(isinstance(text, str) for text in texts):
        return None
    cited = any(getattr(block, "citations", None) for block in runs[-1])
    return "".join(texts) if cited else texts[-1]


def _pages(turn: Message) -> Iterator[Page]:
    for block in turn.content:
        # After a failed search the content is not a list but an error.
        if isinstance(block, WebSearchToolResultBlock) and isinstance(block.content, list):
            for page in block.content:
                if getattr(page, "type", None) == "web_search_result":
                    yield Page(
                        getattr(page, "url", None), getattr(page, "title", None), getattr(page, "page_age", None)
                    )


def _searches(turn: Message) -> int | None:
    billed = getattr(turn.usage, "server_tool_use", None)
    if told(billed, "web_search_requests"):
        return counted(billed, "web_search_requests", MOST_SEARCHES)
    made = sum(
        isinstance(block, WebSearchToolResultBlock) and isinstance(block.content, list) for block in turn.content
    )
    return made if made <= MOST_SEARCHES else None
