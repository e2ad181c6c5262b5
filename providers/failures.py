"""One translation of what an SDK raises into the two failures that the court knows.

The causes go into the record and on screen: they hold no body, no address and no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from providers.answers import NO_COMPLETION

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
