"""A court over a real record that is watched, and its server on the loopback."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import aiohttp

from bot.app import App
from bot.health.watch import Watch
from bot.settings import Settings
from court.models import Price
from storage.database import Database
from tests.court.house import House
from tests.settings import bare_settings

LOOPBACK: Final = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Watched:
    """A court that is watched. `since_tick` is what its ticker says."""

    house: House
    watch: Watch
    app: App
    port: int
    since_tick: list[float]

    def greet(self) -> None:
        """Have Discord greet the bot, and the bot begin to work."""
        for event in ("socket_raw_receive", "ready"):
            self.watch.gateway.noted(event, [""])
        self.watch.working(lambda: self.since_tick[0])

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"http://{LOOPBACK}:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def metrics(self) -> dict[str, float]:
        """Return what is at /metrics, by name and labels."""
        status, text = await self.get("/metrics")
        assert status == 200
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}


def settings_at(port: int | None, **fields: Any) -> Settings:
    return bare_settings(metrics_port=port, metrics_host=LOOPBACK, heartbeat_url=None, **fields)


@asynccontextmanager
async def watched(**fields: Any) -> AsyncIterator[Watched]:
    """Watch a court with one server that is set up, and five jurors."""
    port = free_port()
    settings = settings_at(port, **fields)
    watch = Watch(settings, hears=True)
    async with House(Database(":memory:", writes=watch.writes)) as house:
        house.jury = replace(house.jury, tariff=lambda _: Price(1.0, 2.0))
        app = App(settings, house.jury, store=house.store, clock=house.clock, randomness=house.chance, watch=watch)
        async with watch.telling(house.store, house.clock):
            yield Watched(house, watch, app, port, [0.0])
