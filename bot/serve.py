"""`court run`: the bot on Discord, from login to a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.app import App
from bot.client import CourtBot
from bot.clock import Ticker
from bot.jury import line_of, seat_jury, with_assumed_prices
from bot.login import LOGIN_REFUSED, log_in
from bot.settings import HOW_TO_START, Settings
from bot.start_log import start_lines
from court.errors import ConfigurationError
from court.jury.pool import Jury
from court.ports import Courier
from providers.registry import Models

if TYPE_CHECKING:
    from bot.health.watch import Watch

log = logging.getLogger(__name__)

AUTHENTICATION_FAILED = 4004
"""The gateway's close code for a token that it does not accept."""

WARM_UP_DELAY = 5.0
"""Seconds from ready until the SDKs are imported, so that commands that waited for the start are answered first."""


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM.

    Raises:
        ConfigurationError: when the host must correct a setting first.
        StorageError: when the record cannot be opened.
    """
    if settings.discord_token is None:
        raise ConfigurationError(HOW_TO_START)
    token = settings.discord_token.get_secret_value()
    models = Models(settings.vendors, timeout=settings.juror_timeout)
    jury, assumed = with_assumed_prices(settings, seat_jury(settings, models))
    watch = watch_of(settings, jury)
    app = App(settings, jury, watch=watch)
    try:
        async with app, telling(watch, app), app.new_bot() as bot:
            with stopping() as stop:
                logged_in = await _unless(stop, log_in(bot, token, settings.discord_api_url))
                if logged_in:
                    today = app.clock.now().date()
                    for level, line in start_lines(settings, jury, bot.application_id, today, assumed):
                        log.log(level, "%s", line)
                    for alias in await app.services.juries.aliases():
                        log.info("%s", line_of(alias))
                    async with working(app, bot), warming_up(bot, jury, models):
                        await _unless(stop, _connect(bot, settings))
    finally:
        await models.aclose()
    log.info("the court has stopped")


def watch_of(settings: Settings, jury: Jury) -> Watch | None:
    """Return what watches the bot, if the host has set where to ask or whom to ping."""
    if settings.metrics_port is None and settings.heartbeat_url is None:
        return None
    from bot.health.watch import Watch  # noqa: PLC0415 - many hosts do not ask

    return Watch(settings, hears=jury.vacancy is None)


def telling(watch: Watch | None, app: App) -> contextlib.AbstractAsyncContextManager[None]:
    """Tell whoever asks how the bot is, from before it logs in to the stop."""
    return contextlib.nullcontext() if watch is None else watch.telling(app.store, app.clock)


@contextlib.asynccontextmanager
async def warming_up(bot: discord.Client, jury: Jury, models: Models) -> AsyncIterator[None]:
    """If there is a jury, import the SDKs in the background, `WARM_UP_DELAY` after the bot is ready."""

    async def warm_up() -> None:
        await bot.wait_until_ready()
        await asyncio.sleep(WARM_UP_DELAY)
        await models.warm_up()

    warming = asyncio.create_task(warm_up()) if jury.vacancy is None else None
    try:
        yield
    finally:
        if warming is not None:
            warming.cancel()
            await asyncio.wait([warming])


@contextlib.asynccontextmanager
async def working(app: App, bot: CourtBot) -> AsyncIterator[None]:
    """Do the court's work, and keep systemd informed of it if it asks."""
    courier = app.courier(bot)
    async with app.running(courier) as ticker, supervised(bot, courier, ticker, app.services.vacancy):
        yield


def supervised(
    bot: discord.Client, courier: Courier, ticker: Ticker, vacancy: str | None
) -> contextlib.AbstractAsyncContextManager[None]:
    """Keep systemd informed, if it asks for it, from ready to the stop."""
    if not os.environ.get("NOTIFY_SOCKET"):
        return contextlib.nullcontext()
    from bot.systemd import Supervisor, watched  # noqa: PLC0415 - most hosts' service managers do not ask

    def status() -> str:
        served = f"{len(bot.guilds)} server{'' if len(bot.guilds) == 1 else 's'}"
        return f"serving {served}" if vacancy is None else f"serving {served}; no hearings are held: {vacancy}"

    return watched(Supervisor(os.environ), courier.ready, ticker.since_tick, status)


async def _connect(bot: CourtBot, settings: Settings) -> None:
    try:
        await bot.connect()
    except discord.GatewayNotFound:
        raise ConfigurationError(f"Discord at {settings.discord_api_url} names no gateway to connect to") from None
    except discord.ConnectionClosed as error:
        if error.code == AUTHENTICATION_FAILED:
            raise ConfigurationError(LOGIN_REFUSED) from None
        raise ConfigurationError(f"Discord closed the connection for good (code {error.code})") from None
    except (OSError, aiohttp.ClientError) as error:
        problem = f"Discord at {settings.discord_api_url} can no longer be reached ({type(error).__name__})"
        raise ConfigurationError(problem) from None


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Run `work`, but cancel it when `stop` is set. Return whether it finished."""
    stopped = asyncio.create_task(stop.wait())
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return working.done()
    finally:
        for task in (stopped, working):
            task.cancel()
        await asyncio.gather(stopped, working, return_exceptions=True)


@contextlib.contextmanager
def stopping() -> Iterator[asyncio.Event]:
    """Yield an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in signals:
            loop.add_signal_handler(number, stop.set)
    except NotImplementedError:
        # Windows: Ctrl-C arrives as KeyboardInterrupt, which ends asyncio.run just as cleanly.
        log.debug("no signal handlers on this platform")
    try:
        yield stop
    finally:
        for number in signals:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
