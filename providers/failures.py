"""Translates what an SDK raises into the two failures that the court knows, and says which may have been billed.

The causes go into the record and on screen, so they contain no body, no address and no key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, Final

import httpx2

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

_PERHAPS_BILLED: Final = (HTTPStatus.REQUEST_TIMEOUT, 499)
"""The statuses below 500 that proxies give when they have not waited for an answer. All others are refusals."""

_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""What the transport raises when no connection was made, so that nothing was sent."""

_TELLING: Final = frozenset(
    {"error", "errors", "message", "msg", "detail", "details", "code", "param", "type", "loc", "metadata", "raw"}
)
"""The fields in which servers say what is wrong. Other fields repeat the request, or what a model wrote."""


@dataclass(frozen=True, slots=True)
class SdkErrors:
    """The exceptions of one SDK. Both SDKs use the same names, but share no base class."""

    timeout: type[Exception]
    status: type[Exception]
    connection: type[Exception]
    base: type[Exception]


@contextmanager
def translated(errors: SdkErrors) -> Iterator[None]:
    """Translate what the SDK raises inside the block. Cancellation passes through.

    Exceptions are raised `from None`: the SDK's messages quote the response body, and a body may
    quote the key.

    Raises:
        ModelTimeout: when the vendor did not answer in time.
        ModelUnavailable: for every other failure.
    """
    try:
        yield
    except errors.timeout as error:
        sent = not isinstance(error.__cause__, _NEVER_SENT)
        raise ModelTimeout("timed out", billed=sent, transient=not sent) from None
    except errors.status as error:
        raise _of_status(error) from None
    except errors.connection as error:
        if isinstance(error.__cause__, ModelError):
            # One of ours, raised while the response was read. Anthropic's SDK wraps all that it does not know.
            raise error.__cause__ from None
        sent = not isinstance(error.__cause__, _NEVER_SENT)
        raise ModelUnavailable("no connection", billed=sent, transient=True) from None
    except (errors.base, ValueError, RecursionError):
        # The SDKs do not catch the JSON decoder's own errors.
        raise ModelUnavailable(NO_COMPLETION) from None
    except RuntimeError:
        # The transport raises this when the pool is closed during a request.
        raise ModelUnavailable("connection closed") from None


def _of_status(error: Exception) -> ModelError:
    status = int(getattr(error, "status_code", 0))
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", {})
    meaning, lasting = _MEANINGS.get(status), headers.get("x-should-retry") == "false"
    if getattr(error, "code", None) == "insufficient_quota":
        # OpenAI also answers 429 when the account is empty, and then waiting does not help.
        meaning, lasting = _MEANINGS[402], True
    kind: type[ModelError] = ModelTimeout if status in _TIMED_OUT else ModelUnavailable
    meaning = "timed out" if status in _TIMED_OUT else meaning
    at_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    passing = at_fault or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    return kind(
        f"HTTP {status}, {meaning}" if meaning else f"HTTP {status}",
        billed=at_fault or status in _PERHAPS_BILLED,
        transient=passing and not lasting,
        retry_after=_retry_after(headers),
        limited=status == HTTPStatus.TOO_MANY_REQUESTS and not lasting,
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the server wants us to wait, or None if it does not say. The SDKs would ignore 0."""
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            seconds = float(milliseconds) / 1000
        else:
            seconds = float(headers.get("retry-after", ""))
    except ValueError:
        seconds = _seconds_until(headers.get("retry-after", ""))
    return max(0.0, seconds) if isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date).astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return float("nan")


def complaint(error: Exception) -> str:
    """Return what the server says is wrong, without the parts of its response that repeat the question.

    A statement may contain any word: one about grammar must not look like a server that supports no
    grammar. Internal use only, because the text may quote the key.
    """
    response = getattr(error, "response", None)
    text = getattr(response, "text", "")
    try:
        return "\n".join(_told(json.loads(text)))
    except (ValueError, RecursionError):
        # An HTML page comes from a proxy, which says nothing about the request itself.
        return "" if text.lstrip().startswith("<") else text


def _told(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # OpenRouter passes on a host's whole response as text.
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
