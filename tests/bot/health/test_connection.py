"""What a watch hears of a real connection to a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.health.gateway import GatewayWatch
from bot.health.watch import Watch
from tests.bot.connecting import connected, restoring
from tests.bot.health.watched import settings_at
from tests.fakes.discord_server import DiscordServer

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    with restoring():
        yield


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - discord.py tells nobody of these moments but the watch
            await asyncio.sleep(0.01)


class Listener(GatewayWatch):
    """Keeps whether a shard was lost after each event of the client that has to do with it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, bool]] = []

    def noted(self, event: str, facts: Sequence[object]) -> None:
        super().noted(event, facts)
        if event.startswith("shard_"):
            self.seen.append((event, self.lost() is not None))


async def test_a_lost_connection_is_noticed_until_it_is_back() -> None:
    watch = Watch(settings_at(None), hears=True)
    watch.gateway = listener = Listener()
    async with DiscordServer() as server, connected(server, server.api_url, watch):
        first = await server.ready(1)
        await until(lambda: watch.gateway.ready)
        await first.drop()
        assert (await server.ready(2)).resumed
        await until(lambda: ("shard_resumed", False) in listener.seen)
    assert listener.seen == [
        ("shard_connect", False),
        ("shard_ready", False),
        ("shard_disconnect", True),
        *[("shard_disconnect", True)] * (len(listener.seen) - 4),
        ("shard_resumed", False),
    ]


async def test_an_acknowledged_heartbeat_counts_as_heard() -> None:
    watch = Watch(settings_at(None), hears=True)
    async with DiscordServer() as server, connected(server, server.api_url, watch):
        connection = await server.ready(1)
        await until(lambda: watch.gateway.ready)
        await asyncio.sleep(0.1)
        before = watch.gateway.heard()
        assert before is not None
        assert before >= 0.1
        await connection.send(11)
        await until(lambda: (watch.gateway.heard() or 0) < before)
