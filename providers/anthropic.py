"""Messages by the `anthropic` SDK.

Importing this module imports the SDK, which takes more than a second; `providers.registry` does so
when a model is asked for the first time.
"""

from __future__ import annotations

from typing import Any, Final

import anthropic
from anthropic.types import Message

from court.asking import Completion, Finish, Request
from court.errors import ModelUnavailable
from providers.answers import NO_COMPLETION, completion
from providers.endpoints import CONNECT_TIMEOUT, MAX_RETRIES, NO_KEY, Endpoint
from providers.failures import SdkErrors, translated

_ERRORS: Final = SdkErrors(
    timeout=anthropic.APITimeoutError,
    status=anthropic.APIStatusError,
    connection=anthropic.APIConnectionError,
    base=anthropic.AnthropicError,
)

_CUT_SHORT: Final = ("max_tokens", "model_context_window_exceeded")


class AnthropicAdapter:
    """One SDK client for one endpoint."""

    def __init__(self, endpoint: Endpoint, *, timeout: float) -> None:
        self._client = anthropic.AsyncAnthropic(
            api_key=endpoint.api_key or NO_KEY,
            # The SDK adds /v1 itself; hosts write the address either way.
            base_url=endpoint.base_url.rstrip("/").removesuffix("/v1"),
            timeout=anthropic.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            max_retries=MAX_RETRIES,
            # Else a variable can have the statements copied into a host's traces.
            open_telemetry=False,
        )
        # Filled from ANTHROPIC_CUSTOM_HEADERS, which can replace the key.
        self._client._custom_headers = {}

    async def complete(self, model: str, request: Request) -> Completion:
        """Ask one model.

        Raises:
            ModelError: as `court.asking.Model.complete` says.
        """
        schema = anthropic.transform_schema(_without_type_lists(request.schema))
        with translated(_ERRORS):
            answer = await self._client.messages.create(
                model=model,
                max_tokens=request.max_tokens,
                system=request.system,
                messages=[{"role": "user", "content": request.user}],
                output_config={"format": {"type": "json_schema", "schema": schema}},
            )
        return _read(answer)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


def _without_type_lists(schema: Any) -> Any:
    """Write `{"type": ["string", "null"]}` as `anyOf`, the only form that `transform_schema` knows."""
    if isinstance(schema, list):
        return [_without_type_lists(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _without_type_lists(value) for key, value in schema.items()}
    if isinstance(plain.get("type"), list) and "enum" not in plain:
        kinds = plain.pop("type")
        described = {"description": plain.pop("description")} if "description" in plain else {}
        return {"anyOf": [{**plain, "type": kind} for kind in kinds], **described}
    return plain


def _read(answer: object) -> Completion:
    # The SDK builds its types without validation, and gives a body that is not JSON as a string.
    if not isinstance(answer, Message):
        raise ModelUnavailable(NO_COMPLETION)
    try:
        texts = [block.text for block in answer.content if block.type == "text"]
    except (AttributeError, TypeError):
        raise ModelUnavailable(NO_COMPLETION) from None
    text = texts[-1] if texts and isinstance(texts[-1], str) else None
    finish = Finish.STOP
    if answer.stop_reason == "refusal":
        finish, text = Finish.REFUSAL, text or getattr(answer.stop_details, "explanation", None)
    elif answer.stop_reason in _CUT_SHORT:
        finish = Finish.LENGTH
    return completion(text, finish, answer.usage, ("input_tokens", "output_tokens"))
