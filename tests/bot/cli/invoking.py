"""Runs the command line in the test's own process, with a clean environment and a folder of its own."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from tests.bot.connecting import restoring
from tests.bot.running import environment


async def invoke(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, env: Mapping[str, str], typed: str | None = None
) -> Result:
    """Run a command to its end, with what is typed into it."""
    monkeypatch.chdir(folder)
    kept = list(logging.getLogger().handlers)

    def run() -> Result:
        # Not through CliRunner's own `env`, which leaves the other variables of this process in place.
        with mock.patch.dict(os.environ, environment(folder, {**env, "COLUMNS": "80"}), clear=True):
            return CliRunner().invoke(cli, list(arguments), input=typed)

    with restoring():
        result = await asyncio.to_thread(run)
    logging.getLogger().handlers[:] = kept
    return result
