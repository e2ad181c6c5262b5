"""HTTP responses, in the exact form that discord.py accepts as Discord's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

RETRY_AFTER: Final = 0.05
"""Seconds that a rate limit lasts, unless a test says otherwise."""


def as_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return JSON under a content type without a charset; with one, discord.py treats it as plain text."""
    return web.Response(
        body=json.dumps(data).encode(), status=status, headers=dict(headers or {}), content_type="application/json"
    )


def error(status: int, code: int, message: str) -> web.Response:
    """Return an error; `code` is Discord's own error code."""
    return as_json({"code": code, "message": message}, status)


def limited(retry_after: float, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a rate limit, in seconds, with the `headers` of its bucket.

    Without `Via`, discord.py takes it for a ban by Discord's proxy.
    """
    return as_json(
        {"message": "You are being rate limited.", "retry_after": retry_after, "global": False},
        429,
        {**(headers or {}), "Retry-After": str(retry_after), "Via": "1.1 loopback"},
    )
