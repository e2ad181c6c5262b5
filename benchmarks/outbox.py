"""Measures what the outbox costs: announcements a second through its lanes, over bare sends with discord.py.

The same notices go to the same channels of as many servers, one at a time in each channel: first sent by discord.py
alone, then as rows of a record on disk that are claimed, delivered and marked done. The loopback Discord is in this
process, so that its work is in both.

    uv run python benchmarks/outbox.py [--rounds 3] [--servers 40] [--each 10]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.client import CourtBot
from bot.clock import SystemClock
from cogs.announcements import Rendering, render
from cogs.delivery import DiscordCourier
from court.announcements.delivery import DELIVERIES_AT_ONCE, AnnouncementService
from court.announcements.kinds import PlainNotice
from court.models import Case, CaseOverview, GuildSettings
from court.models.announcements import Subject
from court.ports import Repositories
from storage.database import Database
from tests.bot.connecting import connected
from tests.fakes.discord_server import DiscordServer, Guild

NOTICE = PlainNotice("A notice, as short as most of them.")


async def no_overview(_repos: Repositories, _case: Case, _session: int | None) -> CaseOverview:
    raise AssertionError("a notice is about no case")


async def bare(bot: CourtBot, guilds: list[Guild], each: int) -> float:
    """Return the seconds that discord.py alone takes."""

    async def serve(guild: Guild) -> None:
        subject = Subject(GuildSettings(int(guild.id)))
        for number in range(each):
            card = render(NOTICE, Rendering(subject, number, None, guild.name))
            await bot.get_partial_messageable(int(guild.mod_channel)).send(view=card)

    began = time.perf_counter()
    await asyncio.gather(*(serve(guild) for guild in guilds))
    return time.perf_counter() - began


async def outbox(bot: CourtBot, store: Database, guilds: list[Guild], each: int) -> float:
    """Return the seconds in which everything in the outbox is delivered."""
    service = AnnouncementService(store, DiscordCourier(bot), SystemClock(), no_overview, "benchmark")
    async with store.writing() as repos:
        for guild in guilds:
            await repos.guilds.put(GuildSettings(int(guild.id), mod_channel_id=int(guild.mod_channel)))
            for _ in range(each):
                await repos.outbox.add(NOTICE, int(guild.id), SystemClock().now())

    async def work() -> None:
        while await service.deliver_next():
            pass

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(DELIVERIES_AT_ONCE)))
    return time.perf_counter() - began


async def measure(rounds: int, servers: int, each: int) -> float:
    """Print the figures of every round, and return the median ratio."""
    ratios = []
    async with DiscordServer() as server:
        # Every round has a new record, whose dispatches get the ids of the last one's.
        server.world.messages.remembers_nonces = False
        guilds = [server.world.add_guild(f"Guild {number}") for number in range(servers)]
        async with connected(server, server.api_url) as bot:
            await bot.wait_until_ready()
            for _ in range(rounds):
                with tempfile.TemporaryDirectory() as folder:
                    store = Database(f"sqlite:///{Path(folder) / 'court.sqlite3'}")
                    await store.open()
                    alone = await bare(bot, guilds, each)
                    through = await outbox(bot, store, guilds, each)
                    await store.close()
                sent = servers * each
                ratios.append(through / alone)
                print(f"discord.py {sent / alone:6.0f} a second   outbox {sent / through:6.0f} a second")
        assert all(len(server.posted(guild.mod_channel)) == 2 * rounds * each for guild in guilds)
    return statistics.median(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", type=int, default=40)
    parser.add_argument("--each", type=int, default=10)
    given = parser.parse_args()
    ratio = asyncio.run(measure(given.rounds, given.servers, given.each))
    print(f"through the outbox a message takes {ratio:.2f} times as long")


if __name__ == "__main__":
    main()
