"""Measures how long the court takes to start and how much memory it needs, against a bare discord.py bot.

    .venv/bin/python -m benchmarks.startup [--rounds 5]

Both bots run against the same loopback Discord with one guild: they log in, register their slash
commands and connect. Two times are measured, each in a separate start. Each runs from just before the
process is created to an event that the server sees:

- **ready**: the bot's first message arrives. A bot sends it when discord.py says that it is ready; the
  court's is a notice that waits in its outbox;
- **answer**: the first interaction is answered. It is a `/verdict`, which the server sends as soon as it
  has sent the guild.

discord.py is ready two seconds after the last guild, in case another one follows. That wait is not work,
and it would hide the work of both bots, so `benchmarks.impatient` takes it out of both.

Memory is the peak that the kernel has recorded by the time the bot is ready (`VmHWM`).

The court has its record in an SQLite file that is already migrated, and the keys of two vendors. The bots
take turns, and each ratio compares two neighbouring starts, so that a busy machine slows both. The first
start of each is not counted, because it compiles Python's bytecode.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from court.announcements.kinds import PlainNotice
from court.models import GuildSettings
from storage.database import Database
from tests.bot.running import KEY, environment
from tests.fakes.discord_server import DiscordServer

READY_GOAL: Final = 2.2
MEMORY_GOAL: Final = 1.8
COURT: Final = ("-c", "import benchmarks.impatient; from bot.__main__ import main; main()", "run")
BARE: Final = ("-c", "import benchmarks.impatient, benchmarks.bare_bot")
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """What a bot took: the seconds to each of the two events, and its peak memory in MiB."""

    ready: float
    answer: float
    memory: float


async def start(command: Sequence[str], record: Path) -> Start:
    """Start a bot twice, each time with a copy of the record, and return what it took.

    Raises:
        TimeoutError: when it does not get ready, or does not answer.
    """
    ready, memory = await _until(command, record, lambda server: server.posts(server.world.mod_channel))
    answer, _ = await _until(command, record, lambda server: server.slash("verdict"))
    return Start(ready, answer, memory)


async def _until(
    command: Sequence[str], record: Path, event: Callable[[DiscordServer], Awaitable[object]]
) -> tuple[float, float]:
    """Start a bot and kill it after the event. Return the seconds until the event and the peak memory in MiB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with DiscordServer() as server, asyncio.timeout(PATIENCE):
            await leave_notice(Path(shutil.copy(record, folder)), server)
            env = {
                "DISCORD_TOKEN": server.token,
                "DISCORD_API_URL": server.api_url,
                "DATABASE_URL": f"sqlite:///{record.name}",
                "OPENAI_API_KEY": KEY,
                "ANTHROPIC_API_KEY": KEY,
                "CHANNEL": server.world.mod_channel,
            }
            began = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=folder, env=environment(folder, env), stderr=asyncio.subprocess.DEVNULL
            )
            try:
                await event(server)
                return time.perf_counter() - began, peak_memory(process.pid)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def leave_notice(record: Path, server: DiscordServer) -> None:
    """Set up a guild, and put a message for it into the court's outbox."""
    guild_id = int(server.world.guild_id)
    database = Database(f"sqlite:///{record}")
    await database.open()
    async with database.writing() as repos:
        await repos.guilds.put(GuildSettings(guild_id, mod_channel_id=int(server.world.mod_channel)))
        await repos.outbox.add(PlainNotice("Ready."), guild_id, datetime.now(UTC))
    await database.close()


def peak_memory(pid: int) -> float:
    """Return the most memory that a process has held at once, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


async def measure(rounds: int) -> list[tuple[Start, Start]]:
    """Return `rounds` pairs of starts, each with the court's first."""
    with tempfile.TemporaryDirectory() as name:
        record = Path(name, "court.sqlite3")
        database = Database(f"sqlite:///{record}")
        await database.open()
        await database.close()
        for command in (COURT, BARE):
            await start(command, record)
        pairs = []
        for number in range(1, rounds + 1):
            pair = await start(COURT, record), await start(BARE, record)
            print(f"{number:>6}  {_row(*pair)}")
            pairs.append(pair)
        return pairs


def report(pairs: Sequence[tuple[Start, Start]]) -> None:
    """Print the medians of the starts, and the spread of the ratios over the pairs."""
    medians = [
        Start(*map(statistics.median, zip(*map(astuple, side), strict=True))) for side in zip(*pairs, strict=True)
    ]
    print(f"median  {_row(*medians)}")
    ready = _ratios("ready", pairs, lambda one: one.ready)
    answer = _ratios("answer", pairs, lambda one: one.answer)
    memory = _ratios("memory", pairs, lambda one: one.memory)
    print(
        f"time ratio {ready:.2f} (goal {READY_GOAL}), memory ratio {memory:.2f} (goal {MEMORY_GOAL}), "
        f"first answer ratio {answer:.2f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time and memory from process start to ready.")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of starts (default 5)")
    rounds = parser.parse_args().rounds
    print("        court                               bare bot")
    print("round    ready     answer    memory       ready     answer    memory")
    report(asyncio.run(measure(rounds)))


def _ratios(name: str, pairs: Sequence[tuple[Start, Start]], value: Callable[[Start], float]) -> float:
    ratios = [value(court) / value(bare) for court, bare in pairs]
    median = statistics.median(ratios)
    print(f"{name:>8} ratio, pair by pair: min {min(ratios):.2f}, median {median:.2f}, max {max(ratios):.2f}")
    return median


def _row(*starts: Start) -> str:
    return "   ".join(f"{one.ready:6.3f} s  {one.answer:6.3f} s  {one.memory:5.1f} MiB" for one in starts)


if __name__ == "__main__":
    main()
