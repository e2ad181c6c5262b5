"""How long the court takes to start and how much memory that needs, against a bare bot of discord.py.

    .venv/bin/python -m benchmarks.startup [--rounds 5]

Both bots run against the same loopback Discord with one guild: they log in, register their slash
commands and connect. Two moments are measured, each in a start of its own, as the server sees
them and from just before the process is made:

- **ready**: the bot's first message has arrived, which it sends when discord.py says that it is
  ready. The court's is a notice that waits in its outbox;
- **answer**: the first interaction is answered, a `/verdict` that the server sends the moment it
  has sent the guild.

discord.py is ready two seconds after the last guild, in case there is one more. That is no work,
and would hide the work of both bots behind it: `benchmarks.impatient` takes it from both alike.

The memory is the most that the kernel has noted by the time the bot is ready (`VmHWM`).

The court has its record in an SQLite file that is migrated already, and the keys of two vendors.
The bots take turns, and each ratio is of two neighbours, so that a busy machine slows both. One
start of each goes before and is not counted: it makes Python's bytecode.
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
    """What a bot takes: seconds to the two moments, and the peak of the memory in MiB."""

    ready: float
    answer: float
    memory: float


async def start(command: Sequence[str], record: Path) -> Start:
    """Start a bot twice, with a record like that one, and measure it.

    Raises:
        TimeoutError: when it never gets ready.
    """
    ready, memory = await _until(command, record, lambda server: server.posts(server.world.mod_channel))
    answer, _ = await _until(command, record, lambda server: server.slash("verdict"))
    return Start(ready, answer, memory)


async def _until(
    command: Sequence[str], record: Path, moment: Callable[[DiscordServer], Awaitable[object]]
) -> tuple[float, float]:
    """Start a bot and end it at the moment: the seconds it took, and the peak of its memory in MiB."""
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
                await moment(server)
                return time.perf_counter() - began, peak_memory(process.pid)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def leave_notice(record: Path, server: DiscordServer) -> None:
    """Have a message wait in the court's outbox, in a guild that is set up."""
    guild_id = int(server.world.guild_id)
    database = Database(f"sqlite:///{record}")
    await database.open()
    async with database.writing() as repos:
        await repos.guilds.put(GuildSettings(guild_id, mod_channel_id=int(server.world.mod_channel)))
        await repos.outbox.add(PlainNotice("Ready."), guild_id, datetime.now(UTC))
    await database.close()


def peak_memory(pid: int) -> float:
    """The most memory that a process has held at once, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


async def measure(rounds: int) -> list[tuple[Start, Start]]:
    """So many pairs of starts, the court's first."""
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
    """Print the medians and the ratios, pair by pair."""
    middle = [
        Start(*map(statistics.median, zip(*map(astuple, side), strict=True))) for side in zip(*pairs, strict=True)
    ]
    print(f"median  {_row(*middle)}")
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


def _ratios(name: str, pairs: Sequence[tuple[Start, Start]], figure: Callable[[Start], float]) -> float:
    ratios = [figure(court) / figure(bare) for court, bare in pairs]
    middle = statistics.median(ratios)
    print(f"{name:>8} ratio, pair by pair: min {min(ratios):.2f}, median {middle:.2f}, max {max(ratios):.2f}")
    return middle


def _row(*starts: Start) -> str:
    return "   ".join(f"{one.ready:6.3f} s  {one.answer:6.3f} s  {one.memory:5.1f} MiB" for one in starts)


if __name__ == "__main__":
    main()
