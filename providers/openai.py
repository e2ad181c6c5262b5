"""Chat completions by the `openai` SDK: OpenAI itself and every server that is compatible with it.

Importing this module imports the SDK, which takes most of a second; `providers.registry` does so
when a model is asked for the first time.
"""

from __future__ import annotations

import json
import re
from enum import IntEnum
from typing import Any, Final

import openai
from openai.types.chat import ChatCompletion

from court.asking import Completion, Finish, Request
from court.errors import ModelUnavailable
from providers.answers import NO_COMPLETION, completion
from providers.endpoints import CONNECT_TIMEOUT, MAX_RETRIES, NO_KEY, Endpoint
from providers.failures import SdkErrors, translated

_ERRORS: Final = SdkErrors(
    timeout=openai.APITimeoutError,
    status=openai.APIStatusError,
    connection=openai.APIConnectionError,
    base=openai.OpenAIError,
)

_ABOUT_FORMAT: Final = re.compile(
    r"response.?format|response.?schema|json.?schema|json.?object|structured.?output|guided|grammar"
    # OpenRouter, when none of its hosts knows the format that we require.
    r"|requested.parameters",
    re.IGNORECASE,
)

_FENCED: Final = re.compile(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", re.IGNORECASE | re.DOTALL)


class Format(IntEnum):
    """How far a server can be told to answer in JSON, from the strictest down."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    PROMPT_ONLY = 2


class OpenAIAdapter:
    """One SDK client for one endpoint, with the format that each of its models was found to take."""

    def __init__(self, endpoint: Endpoint, *, timeout: float) -> None:
        self._vendor = endpoint.vendor
        self._formats: dict[str, Format] = {}
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.api_key or NO_KEY,
            base_url=endpoint.base_url,
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            max_retries=MAX_RETRIES,
        )
        # The constructor fills these from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS,
        # which are not for us and even less for another vendor: the last can replace the key.
        self._client.organization = None
        self._client.project = None
        self._client._custom_headers = {}

    async def complete(self, model: str, request: Request) -> Completion:
        """Ask one model, in a laxer format where the server turns down the stricter one.

        Raises:
            ModelError: as `court.asking.Model.complete` says.
        """
        form = self._formats.get(model, Format.JSON_SCHEMA)
        with translated(_ERRORS):
            while True:
                try:
                    answer = await self._client.chat.completions.create(**self._arguments(model, request, form))
                    break
                except (openai.BadRequestError, openai.NotFoundError, openai.UnprocessableEntityError) as error:
                    if form is Format.PROMPT_ONLY or not _ABOUT_FORMAT.search(error.response.text):
                        raise
                    form = Format(form + 1)
        self._formats[model] = form
        return _read(answer, form)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _arguments(self, model: str, request: Request, form: Format) -> dict[str, Any]:
        system = request.system if form is Format.JSON_SCHEMA else _with_schema(request)
        arguments: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": request.user}],
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


def _with_schema(request: Request) -> str:
    schema = json.dumps(request.schema, ensure_ascii=False)
    order = "Answer with one JSON object and nothing else. It has to fit this JSON schema:"
    return f"{request.system}\n\n{order}\n{schema}"


def _read(answer: object, form: Format) -> Completion:
    # The SDK builds its types without validation, and gives a body that is not JSON as a string.
    if not isinstance(answer, ChatCompletion):
        raise ModelUnavailable(NO_COMPLETION)
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
    elif text is not None and form is not Format.JSON_SCHEMA:
        text = _unfenced(text)
    return completion(text, finish, answer.usage, ("prompt_tokens", "completion_tokens"))


def _text(content: object) -> str | None:
    if isinstance(content, list):
        # Mistral's thinking models answer in parts, of which only the text is the answer.
        parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "".join(str(part.get("text", "")) for part in parts) if parts else None
    return content if isinstance(content, str) else None


def _unfenced(text: str) -> str:
    """Take the object out of a Markdown fence, if the fence is the whole answer.

    Models that are not held to a schema like to fence what they were asked for.
    """
    fenced = _FENCED.fullmatch(text)
    return fenced[1] if fenced else text
