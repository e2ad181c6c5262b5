"""The Discord client: its intents, the redirection to another API server, and syncing the commands at start."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord.asset import Asset
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.settings import DISCORD_API_URL
from cogs.ui.tree import CourtTree

if TYPE_CHECKING:
    from bot.health.watch import Watch

log = logging.getLogger(__name__)

DISCORDS_GATEWAYS = "discord.gg"
"""The end of the host names of Discord's gateways. Behind a REST-only proxy, connecting and resuming still use them."""

LONGEST_WAIT = 6.0
"""Seconds that discord.py may wait for a rate limit, a little longer than those of messages last.

For a longer one it raises an error, and the outbox waits instead.
"""

Assemble = Callable[[commands.AutoShardedBot], Awaitable[None]]


class CourtBot(commands.AutoShardedBot):
    """The bot on Discord. It keeps no state of the court: the cogs have services, and the services store rows."""

    def __init__(self, assemble: Assemble, *, api_url: str = DISCORD_API_URL, watch: Watch | None = None) -> None:
        # The bot uses no voice channels. Otherwise discord.py warns at every start that voice is unavailable.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_reactions = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            tree_cls=CourtTree,
            allowed_mentions=discord.AllowedMentions.none(),
            # No code reads members or old messages from the cache.
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            # A watch sees every frame. They go no further than `dispatch`.
            enable_debug_events=watch is not None,
            http_trace=None if watch is None else watch.trace,  # type: ignore[arg-type]  # None is its default
        )
        self._watch = watch
        self._assemble = assemble
        self._redirected = point_at(api_url)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass an event on to whoever listens, after the watch has seen it."""
        if self._watch is not None:
            self._watch.gateway.noted(event, args)
            if event.startswith("socket_"):
                return
        super().dispatch(event, *args, **kwargs)

    async def setup_hook(self) -> None:
        await self._assemble(self)
        await self.tree.sync()

    async def on_ready(self) -> None:
        servers = len(self.guilds)
        log.info("connected to Discord, in %d server%s", servers, "" if servers == 1 else "s")

    async def launch_shards(self) -> None:
        if self._redirected and self.shard_count is None:
            # After an invalid session discord.py connects to DEFAULT_GATEWAY, not to the address returned here.
            self.shard_count, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await super().launch_shards()
        # Only now: while the bot starts, nobody would try again.
        self.http.max_ratelimit_timeout = LONGEST_WAIT

    async def on_shard_connect(self, shard_id: int) -> None:
        """Resume at the gateway we connected to: a proxy that passes READY on unchanged names Discord's own there."""
        gateway = DiscordWebSocket.DEFAULT_GATEWAY
        if self._redirected and not (gateway.host or "").endswith(DISCORDS_GATEWAYS):
            self._get_websocket(shard_id=shard_id).gateway = gateway


def point_at(api_url: str) -> bool:
    """Point discord.py at `api_url` and return whether that is a different server from Discord's.

    REST uses the address as written (`/api/v10` is added to a bare host). The CDN uses its host, and so
    does the gateway until the server names another one. discord.py stores these per process.
    """
    url = yarl.URL(api_url.rstrip("/"))
    if url.path in {"", "/"}:
        url = url.with_path("/api/v10")
    Route.BASE = str(url)
    if str(url) == DISCORD_API_URL:
        return False
    Asset.BASE = str(url.origin())
    DiscordWebSocket.DEFAULT_GATEWAY = url.origin().with_scheme("wss" if url.scheme == "https" else "ws")
    return True
