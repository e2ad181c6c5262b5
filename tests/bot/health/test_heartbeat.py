"""The heartbeat: a ping while all is well, and none while it is not. Its address is never logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.health import heartbeat as module
from bot.health.heartbeat import Heartbeat
from bot.health.rules import Check, Report, Status
from bot.health.watch import Watch
from tests.bot.health.watched import free_port
from tests.court.house import House
from tests.settings import bare_settings

SECRET = "secret-0123456789"
SOON = 0.01
PATIENCE = 10.0

WELL = Report(Status.OK, {"tick": Check(True, "it ticks")})
UNWELL = Report(Status.FAILING, {"tick": Check(False, "it stands still"), "writer": Check(True, "it writes")})
STARTING = Report(Status.STARTING, {"gateway": Check(False, "starting")})


class Monitor:
    """Takes pings and answers them with `status`."""

    def __init__(self) -> None:
        self.pings: list[tuple[str, str]] = []
        self._news = asyncio.Condition()
        self.status = 200
        self.body = b"OK"
        self.hangs = False

    async def take(self, request: web.Request) -> web.Response:
        async with self._news:
            self.pings.append((request.method, request.path))
            self._news.notify_all()
        if self.hangs:
            await asyncio.sleep(PATIENCE)
        return web.Response(status=self.status, body=self.body, headers={"Location": "/elsewhere"})

    async def pinged(self, times: int) -> None:
        """Wait for so many more pings."""
        wanted = len(self.pings) + times
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: len(self.pings) >= wanted)


class Bot:
    """Says how it is."""

    def __init__(self) -> None:
        self.is_now = WELL
        self.asked = 0
        self._news = asyncio.Condition()

    async def report(self) -> Report:
        async with self._news:
            self.asked += 1
            self._news.notify_all()
        return self.is_now

    async def asked_again(self, times: int = 2) -> None:
        wanted = self.asked + times
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.asked >= wanted)


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


@pytest.fixture
async def url(monitor: Monitor) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", monitor.take)
    async with TestServer(app) as server:
        yield str(server.make_url(f"/ping/{SECRET}"))


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "bot.health")
    return caplog


def said(log: pytest.LogCaptureFixture) -> list[str]:
    assert SECRET not in log.text
    return [record.getMessage() for record in log.records if record.name == module.__name__]


async def test_it_pings_while_the_bot_is_well(monitor: Monitor, url: str, log: pytest.LogCaptureFixture) -> None:
    async with Heartbeat(url, Bot().report, SOON).beating():
        await monitor.pinged(3)
    assert set(monitor.pings) == {("GET", f"/ping/{SECRET}")}
    assert said(log) == []
    before = len(monitor.pings)
    await asyncio.sleep(5 * SOON)
    assert len(monitor.pings) == before, "it ends with the bot"


async def test_it_stops_while_the_bot_is_not_well(monitor: Monitor, url: str, log: pytest.LogCaptureFixture) -> None:
    bot = Bot()
    bot.is_now = UNWELL
    async with Heartbeat(url, bot.report, SOON).beating():
        await bot.asked_again(3)
        assert monitor.pings == []
        bot.is_now = STARTING
        await bot.asked_again()
        assert monitor.pings == []
        bot.is_now = WELL
        await monitor.pinged(1)
    assert said(log) == [
        "the bot is not well, and HEARTBEAT_URL is not pinged: tick: it stands still",
        "the bot is well again, and HEARTBEAT_URL is pinged",
    ]


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_a_ping_that_is_refused_is_logged_once(
    monitor: Monitor, url: str, log: pytest.LogCaptureFixture, status: int
) -> None:
    monitor.status = status
    async with Heartbeat(url, Bot().report, SOON).beating():
        await monitor.pinged(3)
        monitor.status = 200
        await monitor.pinged(3)
    assert said(log) == [
        f"HEARTBEAT_URL: the ping failed (status {status}); it is tried again every minute",
        "HEARTBEAT_URL answers again",
    ]
    assert ("GET", "/elsewhere") not in monitor.pings


async def test_a_monitor_that_hangs_or_is_gone_is_logged(
    monitor: Monitor, url: str, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIME_LIMIT", 0.05)
    monitor.hangs = True
    async with Heartbeat(url, Bot().report, SOON).beating():
        await monitor.pinged(2)
    nowhere, bot = f"http://127.0.0.1:{free_port()}/{SECRET}", Bot()
    async with Heartbeat(nowhere, bot.report, SOON).beating():
        await bot.asked_again(3)
    assert said(log) == [
        "HEARTBEAT_URL: the ping failed (no answer within 0 seconds); it is tried again every minute",
        "HEARTBEAT_URL: the ping failed (ClientConnectorError); it is tried again every minute",
    ]


async def test_a_long_answer_is_not_read_to_its_end(monitor: Monitor, url: str) -> None:
    monitor.body = b"x" * 30_000_000
    async with Heartbeat(url, Bot().report, SOON).beating():
        await monitor.pinged(3)


async def test_a_fault_of_ours_does_not_end_it(monitor: Monitor, url: str, log: pytest.LogCaptureFixture) -> None:
    failures = iter([ArithmeticError("a bug")])

    async def report() -> Report:
        for failure in failures:
            raise failure
        return WELL

    async with Heartbeat(url, report, SOON).beating():
        await monitor.pinged(1)
    assert said(log) == ["the heartbeat failed"]


async def test_the_watch_pings_once_the_bot_is_well(
    monitor: Monitor, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Heartbeat.__init__, "__defaults__", (SOON,))
    settings = bare_settings(metrics_port=None, heartbeat_url=SecretStr(url))
    watch = Watch(settings, hears=True)
    async with House() as house, watch.telling(house.store, house.clock):
        await asyncio.sleep(3 * SOON)
        assert monitor.pings == []
        for event in ("socket_raw_receive", "ready"):
            watch.gateway.noted(event, [""])
        watch.working(lambda: 0.0)
        await monitor.pinged(1)
