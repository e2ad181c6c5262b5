"""OpenAI's API through the `openai` SDK, for OpenAI itself and every compatible server.

Questions go to chat completions, which every such server has; `providers.openai_search` handles
questions with a search. Importing this module imports the SDK, which takes most of a second.
`providers.registry` does it when a model is asked for the first time.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx2
import openai
from openai.types.chat import ChatCompletion

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish, Request
from providers import openai_search as responses
from providers.bounded import BoundedReading, built
from providers.capabilities import Format, Level, Levels, instructions, unfenced
from providers.completions import MOST_READ, MOST_WRITTEN, NO_COMPLETION, Tokens, completion, counted
from providers.endpoints import CONNECT_TIMEOUT, MAX_RETRIES, NO_KEY, Endpoint
from providers.failures import SdkErrors, translated

_ERRORS: Final = SdkErrors(
    timeout=openai.APITimeoutError,
    status=openai.APIStatusError,
    connection=openai.APIConnectionError,
    base=openai.OpenAIError,
)


class _Client(BoundedReading, openai.DefaultAsyncHttpxClient):
    """The SDK's own client, with bounds."""


class OpenAIAdapter:
    """One SDK client for one endpoint. It remembers which level each model accepts."""

    def __init__(self, endpoint: Endpoint, *, timeout: float) -> None:
        self._vendor = endpoint.vendor
        self._levels = Levels(_ERRORS.status, tuple(Format))
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.api_key or NO_KEY,
            base_url=endpoint.base_url,
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            max_retries=MAX_RETRIES,
            http_client=_Client(),
        )
        # The constructor fills these from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS.
        # Those are not meant for us, let alone for another vendor, and the last can replace the key.
        self._client.organization = None
        self._client.project = None
        self._client._custom_headers = {}

    async def complete(self, model: str, request: Request) -> Completion:
        """Ask one model. If the server rejects the format or the search, ask with a laxer format or without a search.

        Raises:
            ModelError: as described in `court.jury.model.Model.complete`.
        """

        async def attempt(level: Level) -> Completion:
            if level.searching:
                asked = responses.arguments(model, request, level.form, self._vendor.search)
                raw = await self._client.responses.with_raw_response.create(**asked)
                return await asyncio.to_thread(responses.read, raw.http_response, level.form)
            asked = self._arguments(model, request, level.form)
            raw = await self._client.chat.completions.with_raw_response.create(**asked)
            return await asyncio.to_thread(_read, raw.http_response, level.form)

        with translated(_ERRORS):
            return await self._levels.ask(model, request.searching and bool(self._vendor.search), attempt)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _arguments(self, model: str, request: Request, form: Format) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": instructions(request, form)},
                {"role": "user", "content": request.user},
            ],
            self._vendor.length_limit: request.max_tokens,
        }
        if form is Format.JSON_SCHEMA:
            schema = {"name": request.schema_name, "schema": request.schema, "strict": True}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif form is Format.JSON_OBJECT:
            arguments["response_format"] = {"type": "json_object"}
        if self._vendor.extra_body:
            arguments["extra_body"] = self._vendor.extra_body
        return arguments


def _read(response: httpx2.Response, form: Format) -> Completion:
    answer = built(ChatCompletion, response)
    # The SDK does not validate the types it builds.
    try:
        choice = answer.choices[0]
        stopped, refusal, text = choice.finish_reason, choice.message.refusal, _text(choice.message.content)
    except (AttributeError, IndexError, KeyError, TypeError):
        raise ModelUnavailable(NO_COMPLETION) from None
    finish = Finish.STOP
    if refusal or stopped == "content_filter":
        finish, text = Finish.REFUSAL, refusal or text
    elif stopped == "length":
        finish = Finish.LENGTH
    elif text is not None:
        text = unfenced(text, form)
    return completion(text, finish, _tokens(answer.usage), answer=answer)


def _tokens(usage: object) -> Tokens:
    read, written = counted(usage, "prompt_tokens"), counted(usage, "completion_tokens")
    both = counted(usage, "total_tokens", MOST_READ + MOST_WRITTEN)
    if read is not None and written is not None and both is not None:
        # Some servers leave the thinking, which is billed too, out of the completion's tokens.
        written = max(written, both - read)
    return read, written


def _text(content: object) -> str | None:
    if isinstance(content, list):
        # Mistral's thinking models answer in parts; only the text parts are the answer.
        parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "".join(str(part.get("text", "")) for part in parts) if parts else None
    return content if isinstance(content, str) else None
