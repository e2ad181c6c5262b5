"""Translates what an SDK raises into the two failures that the court knows, and says which may have been billed.

The causes go into the record and on screen, so they contain no body, no address and no key.
"""

from __future__ import annotations

import json
import re
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
from court.models import HostFault
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

_OF_FAULTS: Final = {
    HostFault.KEY_REFUSED: "key refused",
    HostFault.NO_CREDIT: "no credit left",
    HostFault.UNKNOWN_MODEL: "no such model",
}
"""What causes say of the faults that a server reports."""

_ABOUT_CREDIT: Final = re.compile(
    r"insufficient.?(?:quota|balance|credit|fund)|credit.balance|(?:out of|no|any|enough|more) credits?\b"
    r"|balance.{1,20}too low|billing.hard.limit|payment.required",
    re.IGNORECASE,
)

_ABOUT_KEY: Final = re.compile(
    r"api.?key|\bkey\b|credential|unauthori[sz]ed|authenti|\baccount\b|organi[sz]ation|permission.(?:denied|error)",
    re.IGNORECASE,
)
"""What a 403 says if it turns the host away, not the question."""

_BAD_KEY: Final = re.compile(
    r"(?:invalid|incorrect|expired|revoked).{0,20}api.?key|api.?key.{0,30}(?:invalid|not valid|incorrect|expired)",
    re.IGNORECASE,
)
"""What a 400 says of a key: Google and xAI answer so instead of with a 401."""

_NO_SUCH_MODEL: Final = re.compile(
    r"model.?not.?(?:found|exist)|(?:invalid|unknown|no such).model|not a valid model"
    r"|\bmodels?\b.{0,100}(?:not exist|not found|not have access)",
    re.IGNORECASE | re.DOTALL,
)

_ABOUT_MODEL: Final = re.compile(r"\bmodels?\b|model_not_found|no endpoints found for", re.IGNORECASE)
"""What a 404 says if it is about the model. Where a path is missing, the server says nothing of a model."""

_OF_MODELS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)
_OF_KEYS: Final[Mapping[int, re.Pattern[str]]] = {400: _BAD_KEY, 403: _ABOUT_KEY}
_OF_CREDIT: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)

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

_OUR_OWN: Final = httpx2.PoolTimeout
"""Raised while all our own connections are busy, which says nothing of the vendor."""

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
        raise ModelTimeout("timed out", billed=sent, transient=not sent, fault=_of_connection(error)) from None
    except errors.status as error:
        raise _of_status(error) from None
    except errors.connection as error:
        if isinstance(error.__cause__, ModelError):
            # One of ours, raised while the response was read. Anthropic's SDK wraps all that it does not know.
            raise error.__cause__ from None
        sent = not isinstance(error.__cause__, _NEVER_SENT)
        raise ModelUnavailable("no connection", billed=sent, transient=True, fault=_of_connection(error)) from None
    except (errors.base, ValueError, RecursionError):
        # The SDKs do not catch the JSON decoder's own errors.
        raise ModelUnavailable(NO_COMPLETION) from None
    except RuntimeError:
        # The transport raises this when the pool is closed during a request.
        raise ModelUnavailable("connection closed") from None


def _of_connection(error: Exception) -> HostFault | None:
    cause = error.__cause__
    return HostFault.UNREACHABLE if isinstance(cause, _NEVER_SENT) and not isinstance(cause, _OUR_OWN) else None


def _of_status(error: Exception) -> ModelError:
    status = int(getattr(error, "status_code", 0))
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", {})
    fault = _fault(status, error)
    kind: type[ModelError] = ModelTimeout if status in _TIMED_OUT else ModelUnavailable
    meaning = "timed out" if status in _TIMED_OUT else _MEANINGS.get(status)
    meaning = meaning if fault is None else _OF_FAULTS[fault]
    at_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    passing = at_fault or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    # OpenAI also answers 429 when the account is empty, and then waiting does not help.
    lasting = fault is not None or headers.get("x-should-retry") == "false"
    return kind(
        f"HTTP {status}, {meaning}" if meaning else f"HTTP {status}",
        billed=at_fault or status in _PERHAPS_BILLED,
        transient=passing and not lasting,
        retry_after=_retry_after(headers),
        fault=fault,
        limited=status == HTTPStatus.TOO_MANY_REQUESTS and not lasting,
    )


def _fault(status: int, error: Exception) -> HostFault | None:
    """Return what the host has to put right, or None if the server's answer is about something else."""
    if status == HTTPStatus.UNAUTHORIZED:
        return HostFault.KEY_REFUSED
    if status == HTTPStatus.PAYMENT_REQUIRED:
        return HostFault.NO_CREDIT
    words = complaint(error)
    if status in _OF_CREDIT and _ABOUT_CREDIT.search(words):
        return HostFault.NO_CREDIT
    about_model = _ABOUT_MODEL if status == HTTPStatus.NOT_FOUND else _NO_SUCH_MODEL
    if status in (*_OF_MODELS, HTTPStatus.NOT_FOUND) and about_model.search(words):
        return HostFault.UNKNOWN_MODEL
    about_key = _OF_KEYS.get(status)
    return HostFault.KEY_REFUSED if about_key is not None and about_key.search(words) else None


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
