"""Reads a vendor's answer within bounds: how long it is, how many values it holds, and where it comes from.

An answer is a few thousand bytes. A server that sends more is broken or hostile, and must not cost the court its
memory or its event loop. The SDKs read all that comes, and take half a minute to build the objects of a megabyte.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol, Self, TypeVar

import httpx2

from court.errors import ModelUnavailable
from providers.completions import NO_COMPLETION, TOO_LARGE

MOST_BYTES: Final = 1024 * 1024
"""The longest body that is read, after decompression. The pages of a search take most of it."""

MOST_BYTES_OF_ERROR: Final = 64 * 1024
"""The same for an answer that says what is wrong."""

MOST_VALUES: Final = 20_000
"""The most values that a body may hold, counted by the commas and brackets in it, those of texts included.

A search brings some hundred. Building the SDK's objects takes up to a tenth of a millisecond for each.
"""

REDIRECTED: Final = "HTTP {status}, redirected to another address; it is not followed"

_PLAIN: Final = ("", "identity")
_GZIP: Final = zlib.MAX_WBITS | 16

_OF_TRANSFER: Final = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that no longer hold once the body is read."""


class _Constructed(Protocol):
    @classmethod
    def construct(cls, /, **values: Any) -> Self: ...


Built = TypeVar("Built", bound=_Constructed)


class BoundedReading(httpx2.AsyncClient):
    """Makes an SDK's client read within bounds and follow no redirect. Put it before the class of the SDK's client.

    A redirect would carry the question to a server that the host did not choose.
    """

    def __init__(self, **options: Any) -> None:
        # Every encoding that is offered here has to be decompressed within bounds below.
        super().__init__(headers={"Accept-Encoding": "gzip"}, follow_redirects=False, **options)

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request and read its whole response.

        Raises:
            ModelUnavailable: when the response is a redirect, or a success that is too large, badly compressed, or
                compressed in a way that we did not offer. Of any other response, what can be read is passed on.
        """
        response = await super().send(request, **{**options, "stream": True, "follow_redirects": False})
        try:
            if response.is_redirect:
                raise ModelUnavailable(REDIRECTED.format(status=response.status_code))
            content = b"".join([part async for part in _parts(response)])
        finally:
            await response.aclose()
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_TRANSFER]
        return httpx2.Response(
            response.status_code, headers=headers, content=content, request=request, extensions=response.extensions
        )


async def _parts(response: httpx2.Response) -> AsyncIterator[bytes]:
    """Yield the body as it comes, decompressed. Of an error, yield what there is: its status says enough."""
    most = MOST_BYTES if response.is_success else MOST_BYTES_OF_ERROR
    try:
        async for part in _unpacked_parts(response, most):
            yield part
    except ModelUnavailable:
        if response.is_success:
            raise


async def _unpacked_parts(response: httpx2.Response, most: int) -> AsyncIterator[bytes]:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in (*_PLAIN, "gzip"):
        raise ModelUnavailable(NO_COMPLETION)
    unpack = None if encoding in _PLAIN else zlib.decompressobj(_GZIP)
    received = length = 0
    async for raw in response.aiter_raw():
        # Both are counted: a compressed body can be endless and still decompress to nothing.
        received += len(raw)
        part = raw if unpack is None else _unpacked(unpack, raw, most + 1)
        yield part[: max(0, most - length)]
        length += len(part)
        if max(received, length) > most:
            raise ModelUnavailable(TOO_LARGE)
    if unpack is not None and not unpack.eof:
        raise ModelUnavailable(NO_COMPLETION)


def _unpacked(unpack: Any, raw: bytes, most: int) -> bytes:
    try:
        part: bytes = unpack.decompress(raw, most)
    except zlib.error:
        raise ModelUnavailable(NO_COMPLETION) from None
    return part


def built(kind: type[Built], response: httpx2.Response) -> Built:
    """Build the SDK's object of a body, as the SDK would do it, unless it holds too many values.

    It may take a second: call it in a thread.

    Raises:
        ModelUnavailable: when the body is no JSON object, or holds too many values.
    """
    content = response.content
    # Before parsing: the JSON decoder does not let other threads run.
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise ModelUnavailable(TOO_LARGE)
    try:
        body = json.loads(content)
        if not isinstance(body, dict):
            raise ModelUnavailable(NO_COMPLETION)
        body.pop("_fields_set", None)  # an argument of `construct`, and a field of no API
        return kind.construct(**body)
    except (ValueError, TypeError, RecursionError):
        raise ModelUnavailable(NO_COMPLETION) from None
