"""`court health`: asks the running bot how it is. It is run every half minute, so it imports next to nothing."""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path
from typing import Any

from bot.environment import read_variables
from court.errors import ConfigurationError

PORT, HOST = "METRICS_PORT", "METRICS_HOST"
LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server of all addresses answers
LARGEST_PORT = 65535
PATIENCE = 8.0
"""Seconds. Docker gives the check ten."""
ENOUGH = 64 * 1024
"""The most that is read of an answer, in bytes."""

Checks = dict[str, tuple[bool, str]]


def health(env_file: Path = Path(".env")) -> int:
    """Ask the bot on this machine how it is and print a line for each check.

    Returns:
        The exit code: 0 if all is well, 1 if not or if nothing answers.

    Raises:
        ConfigurationError: when `METRICS_PORT` is not set or is no port.
    """
    host, port = _address(env_file)
    try:
        status, checks = _ask(host, port)
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        sys.stdout.write(
            f"no bot answers on port {port} of {host} ({reason}).\n"
            "Is `court run` running, with the same METRICS_PORT and METRICS_HOST? Its log says what it does.\n"
        )
        return 1
    width = max(map(len, checks), default=0)
    for name, (ok, reason) in checks.items():
        sys.stdout.write(f"{'ok  ' if ok else 'FAIL'}  {name:<{width}}  {reason}\n")
    return 0 if status == http.client.OK and all(ok for ok, _ in checks.values()) else 1


def _address(env_file: Path) -> tuple[str, int]:
    values = read_variables(env_file).merged
    written = values.get(PORT, "").strip()
    if not written:
        raise ConfigurationError(
            f"{PORT} is not set: write {PORT}=9108 into .env and restart the bot, which then answers `court health`"
        )
    if not written.isascii() or not written.isdecimal() or not 1 <= int(written) <= LARGEST_PORT:
        raise ConfigurationError(f"{PORT}: write a whole number from 1 to {LARGEST_PORT}")
    host = values.get(HOST, "").strip()
    return LOOPBACK.get(host, host), int(written)


def _ask(host: str, port: int) -> tuple[int, Checks]:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        said: Any = json.loads(answer.read(ENOUGH))
        return answer.status, {name: (check["ok"] is True, check["reason"]) for name, check in said["checks"].items()}
    finally:
        connection.close()
