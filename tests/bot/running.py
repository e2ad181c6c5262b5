"""Runs the court in a separate process, as a host does, with jurors that answer from a script."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import Answers, Api, LoopbackVendor, Reply, answer

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-c", "from bot.__main__ import main; main()")
KEY: Final = "sk-secret-0123456789abcdef"
PATIENCE: Final = 60.0
"""Seconds that a test waits for a process to do something. Only a failing test waits that long."""


@dataclass(frozen=True, slots=True)
class Done:
    """A process that has ended."""

    code: int
    out: str
    err: str


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return a clean environment, without any of the host's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START") if name in os.environ}
    return {**kept, "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "200", **more}


async def court(folder: Path, *arguments: str, **env: str) -> Done:
    """Run the command line in `folder` until it ends by itself."""
    process = await _start(folder, arguments, env)
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        await _kill(process)
    return Done(process.returncode or 0, out.decode(), err.decode())


class Running:
    """A running `court run`.

    Attributes:
        pid: its process.
        log: what it has written to standard error so far.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())
        self.log = ""

    async def logged(self, words: str) -> None:
        """Wait until the log holds these words."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: words in self.log or self._reading.done())
        assert words in self.log, self.log

    async def stop(self) -> int:
        """Send SIGTERM, wait for the end, and return the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return await self.end()

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        self._process.kill()
        await self.end()

    async def end(self) -> int:
        """Wait for the end and return the exit code."""
        async with asyncio.timeout(PATIENCE):
            await self._reading
            return await self._process.wait()

    async def aclose(self) -> None:
        """Kill the process if it still runs."""
        await _kill(self._process)
        await self._reading

    async def _read(self) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            async with self._news:
                self.log += line.decode()
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()


@asynccontextmanager
async def running(folder: Path, server: DiscordServer, **env: str) -> AsyncIterator[Running]:
    """Run `court run` against the loopback Discord, with its record in `folder`. At the end it is killed if need be."""
    # The jurors of the tests have no price, and would count as the dearest that there are.
    uncapped = {"SERVER_DAILY_CAP_USD": "none"}
    settings = {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url, **uncapped, **env}
    process = await _start(folder, ("run",), settings)
    run = Running(process)
    try:
        yield run
    except BaseException:
        # The log belongs in the report of the failed test.
        sys.stderr.write(run.log)
        raise
    finally:
        await run.aclose()


SEARCHLESS: Final = ("deepseek", "mistral", "groq")
"""Vendors without a search tool, so that no research comes before the jurors."""


def seated(vendor: LoopbackVendor, providers: Sequence[str] = ("openai", "mistral", "groq")) -> dict[str, str]:
    """Return the settings for a panel with one juror of each provider. `vendor` plays all of them."""
    settings = {
        "JURORS": ",".join(f"{name}/{name}-juror" for name in providers),
        "PANEL_SIZE": str(len(providers)),
    }
    for name in providers:
        settings |= {f"{name.upper()}_API_KEY": KEY, f"{name.upper()}_BASE_URL": vendor.openai_url}
    return settings


def voting(other: str = "YES", **ballots: str) -> Answers:
    """Return the answers of jurors, each with the ballot given for its provider or else `other`, and of a judge."""

    def reply(api: Api, body: dict[str, Any]) -> Reply:
        asked = json.loads(body["messages"][-1]["content"])
        if "verdict" in asked:
            return answer(
                {
                    "verdict": asked["verdict"],
                    "finding": "The jury has found so.",
                    "opinion": "The ballots were counted. They speak for themselves.",
                    "quote": "So it stands.",
                }
            )
        held = ballots.get(str(body["model"]).removesuffix("-juror"), other)
        return answer({"reason": "A study shows it.", "ballot": held, "confidence": 0.9, "emerged": None})

    return reply


async def _start(folder: Path, arguments: tuple[str, ...], env: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        cwd=folder,
        env=environment(folder, env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
