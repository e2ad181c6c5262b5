"""Watches one running bot: takes what it hears from its parts, and says how it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.health.gateway import GatewayWatch
from bot.health.readings import Reading, Readings
from bot.health.rules import Report, Signals, judge
from bot.settings import Settings
from court.ports import NO_METER, Clock, Meter, Store
from storage.engine.writes import Writes

if TYPE_CHECKING:
    import aiohttp

    from bot.health.metrics import Metrics


class Watch:
    """Watches the bot, and tells whoever asks over HTTP and whoever waits for heartbeats.

    Attributes:
        gateway: is told the events of the Discord client.
        writes: follows what is written to the record.
        meter: counts hearings.
        trace: tells of the requests to Discord; None if nobody counts them.
    """

    def __init__(self, settings: Settings, *, hears: bool) -> None:
        """Prepare to watch a bot with these settings, one that hears cases or one that has no jury."""
        self._settings = settings
        self._hears = hears
        self._since_tick: Callable[[], float] | None = None
        self._readings: Readings | None = None
        self._clock: Clock | None = None
        self._settle: Callable[[], None] = _nothing
        self._metrics: Metrics | None = None
        self.gateway, self.writes = GatewayWatch(), Writes()
        self.meter: Meter = NO_METER
        self.trace: aiohttp.TraceConfig | None = None
        if settings.metrics_port is not None:
            self._count(settings)

    def _count(self, settings: Settings) -> None:
        from bot.health.interactions import InteractionWatch  # noqa: PLC0415 - for METRICS_PORT alone
        from bot.health.metrics import Metrics  # noqa: PLC0415

        self._metrics = self.meter = Metrics(settings.caps)
        interactions = InteractionWatch(self._metrics.interaction)
        self.trace, self._settle = interactions.trace(), interactions.settle
        self.gateway = GatewayWatch(self._metrics.event, interactions.came)
        self.writes = Writes(self._metrics.commit)

    def working(self, since_tick: Callable[[], float]) -> None:
        """Note that the bot works from now on. `since_tick` says how many seconds ago it looked for work."""
        self._since_tick = since_tick

    @asynccontextmanager
    async def telling(self, store: Store, clock: Clock) -> AsyncIterator[None]:
        """Answer on `METRICS_PORT` and ping `HEARTBEAT_URL`, as far as they are set.

        Raises:
            ConfigurationError: when the port cannot be used.
        """
        settings, self._clock = self._settings, clock
        readings = self._readings = Readings(store, clock)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(readings.close)
            if settings.metrics_port is not None:
                from bot.health.server import served  # noqa: PLC0415

                address = settings.metrics_host, settings.metrics_port
                await stack.enter_async_context(served(address, self.report, self.metrics))
            if settings.heartbeat_url is not None:
                from bot.health.heartbeat import Heartbeat  # noqa: PLC0415

                heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value(), self.report)
                await stack.enter_async_context(heartbeat.beating())
            yield

    async def report(self) -> Report:
        """Return how the bot is."""
        return judge((await self._look())[0])

    async def metrics(self) -> bytes:
        """Return what was counted, for Prometheus."""
        from bot.health.metrics import Snapshot  # noqa: PLC0415

        assert self._metrics is not None  # noqa: S101 - only the server asks, and it runs for METRICS_PORT
        self._settle()
        signals, reading = await self._look()
        return self._metrics.written(Snapshot(judge(signals), signals, reading, self.writes.failures))

    async def _look(self) -> tuple[Signals, Reading | None]:
        assert self._readings is not None  # noqa: S101 - `telling` has begun
        assert self._clock is not None  # noqa: S101
        reading = await self._readings.latest()
        signals = Signals(
            now=self._clock.now(),
            ready=self.gateway.ready,
            heard=self.gateway.heard(),
            lost=self.gateway.lost(),
            since_tick=None if self._since_tick is None else self._since_tick(),
            writing=self.writes.oldest(),
            write_failed=self.writes.since_failure(),
            backlog=None if reading is None else reading.backlog,
            hears=self._hears,
        )
        return signals, reading


def _nothing() -> None:
    pass
