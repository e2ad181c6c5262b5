"""One translation of what an SDK raises into the two failures that the court knows.

The causes go into the record and on screen: they hold no body, no address and no key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from providers.completions import NO_COMPLETION

_TIMED_OUT: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT)

_MEANINGS: Final = {
    400: "request refused",
    401: "key refused",
    402: "no credit left",
    403: "access refused",
    404: "no such model or address",
    413: "request too large",
    422: "request refused",
    429: "rate limited",
    503: "overloaded",
    529: "overloaded",
}

_TELLING: Final = frozenset(
    {"error", "errors", "message", "msg", "detail", "details", "code", "param", "type", "loc", "metadata", "raw"}
)
"""Where servers say what is wrong. Beside these they repeat the request, or what a model wrote."""


@dataclass(frozen=True, slots=True)
class SdkErrors:
    """The exceptions of one SDK. Both have the same ones under the same names, but no common base."""

    timeout: type[Exception]
    status: type[Exception]
    connection: type[Exception]
    base: type[Exception]


@contextmanager
def translated(errors: SdkErrors) -> Iterator[None]:
    """Translate what the SDK raises in the block. Cancellation passes through.

    The chain is cut (`from None`), because the SDK's messages quote the answer's body, and a body
    may quote the key.

    Raises:
        ModelTimeout: when the vendor did not answer in time.
        ModelUnavailable: for every other failure.
    """
    try:
        yield
    except errors.timeout:
        raise ModelTimeout("timed out") from None
    except errors.status as error:
        raise _of_status(error) from None
    except errors.connection:
        raise ModelUnavailable("no connection") from None
    except (errors.base, ValueError, RecursionError):
        # The SDKs let the JSON decoder's own errors through.
        raise ModelUnavailable(NO_COMPLETION) from None
    except RuntimeError:
        # The transport's way to say that the pool was closed while the question was out.
        raise ModelUnavailable("connection closed") from None


def _of_status(error: Exception) -> ModelError:
    status = int(getattr(error, "status_code", 0))
    if status in _TIMED_OUT:
        return ModelTimeout(f"HTTP {status}, timed out")
    meaning = _MEANINGS.get(status)
    if getattr(error, "code", None) == "insufficient_quota":
        # OpenAI says 429 for an empty account too, where waiting is of no use.
        meaning = _MEANINGS[402]
    return ModelUnavailable(f"HTTP {status}, {meaning}" if meaning else f"HTTP {status}")


def complaint(error: Exception) -> str:
    """What the server says is wrong, without what its answer repeats of the question.

    A statement may hold any word: one on grammar must not be taken for a server that knows none.
    For our own eyes: it may quote the key.
    """
    response = getattr(error, "response", None)
    text = getattr(response, "text", "")
    try:
        return "\n".join(_told(json.loads(text)))
    except (ValueError, RecursionError):
        # A page of HTML is by somebody in between, who knows nothing of the request.
        return "" if text.lstrip().startswith("<") else text


def _told(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # OpenRouter hands on a host's whole answer as text.
        try:
            inner = json.loads(value) if value.lstrip().startswith("{") else None
        except ValueError:
            inner = None
        if inner is None:
            yield value
        else:
            yield from _told(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _told(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _TELLING:
                yield from _told(item)
