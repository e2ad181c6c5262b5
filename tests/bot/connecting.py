"""Connects a bot to the loopback Discord within the test's own process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from discord.asset import Asset
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import CourtBot
from bot.health.watch import Watch
from tests.fakes.discord_server import DiscordServer


class Impatient(CourtBot):
    """The bot without discord.py's delay of five seconds before it identifies again."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        return


async def nothing(_bot: commands.AutoShardedBot) -> None:
    """Add no cogs: these tests are about the connection."""


@contextlib.contextmanager
def restoring() -> Iterator[None]:
    """Restore discord.py's addresses at the end, because it keeps them per process."""
    kept = Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY = kept


@contextlib.asynccontextmanager
async def connected(server: DiscordServer, api_url: str, watch: Watch | None = None) -> AsyncIterator[CourtBot]:
    """Yield a bot that is connected to the server."""
    async with Impatient(nothing, api_url=api_url, watch=watch) as bot:
        await bot.login(server.token)
        connecting = asyncio.create_task(bot.connect())
        try:
            await server.ready()
            yield bot
        finally:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
