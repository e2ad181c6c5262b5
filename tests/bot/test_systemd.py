"""What systemd is told: when the bot is ready, that it is alive, and that it stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import Ticker
from bot.systemd import LATE, USUAL_INTERVAL, Supervisor, watched
from tests.bot.running import PATIENCE, running
from tests.fakes.discord_server import DiscordServer


class Listener:
    """The end of systemd."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.setblocking(False)

    async def hear(self) -> list[str]:
        """Return the lines of the next message."""
        async with asyncio.timeout(PATIENCE):
            return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().splitlines()

    async def hear_until(self, line: str) -> list[str]:
        """Return all lines up to the message with this one."""
        heard: list[str] = []
        while line not in heard:
            heard += await self.hear()
        return heard

    def silent(self) -> bool:
        try:
            self._socket.recv(4096)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


def abstract() -> str:
    return f"@court-{secrets.token_hex(8)}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with contextlib.closing(Listener(abstract())) as listening:
        yield listening


async def at_once() -> None:
    """Be ready."""


async def test_a_path_is_an_address_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with contextlib.closing(Listener("notify")) as listener:
        Supervisor({"NOTIFY_SOCKET": "notify"}).tell("READY=1", "STATUS=here")
        assert await listener.hear() == ["READY=1", "STATUS=here"]


@pytest.mark.parametrize(
    ("more", "interval"),
    [
        ({}, USUAL_INTERVAL),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.25),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": "1"}, USUAL_INTERVAL),
    ],
)
def test_the_watchdog_is_told_twice_as_often_as_it_demands(more: dict[str, str], interval: float) -> None:
    assert Supervisor({"NOTIFY_SOCKET": "@x", **more}).interval == interval


def test_a_systemd_that_is_gone_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    Supervisor({"NOTIFY_SOCKET": abstract()}).tell("READY=1", "STATUS=here")
    assert caplog.messages == ["systemd could not be told READY=1 (Connection refused)"]


async def test_a_systemd_that_does_not_read_holds_nothing_up(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": listener.address})
    for _ in range(10_000):
        supervisor.tell("WATCHDOG=1")
        if caplog.messages:
            break
    assert "WATCHDOG=1 (Resource temporarily unavailable)" in caplog.messages[0]


async def test_nothing_is_ready_before_the_bot_is(listener: Listener) -> None:
    ready = asyncio.Event()

    async def wait() -> None:
        await ready.wait()

    supervisor = Supervisor({"NOTIFY_SOCKET": listener.address})
    async with watched(supervisor, wait, lambda: 0.0, lambda: "serving 1 server"):
        assert await listener.hear() == ["STATUS=waiting for Discord"]
        await asyncio.sleep(0)
        assert listener.silent()
        ready.set()
        assert await listener.hear() == ["READY=1"]
        assert await listener.hear() == ["WATCHDOG=1", "STATUS=serving 1 server"]
    assert (await listener.hear())[0] == "STOPPING=1"
    assert listener.silent()


async def test_a_bot_whose_ticker_stands_still_is_not_called_alive(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    quiet = LATE
    supervisor = Supervisor({"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "20000"})
    caplog.set_level(logging.ERROR)
    async with watched(supervisor, at_once, lambda: quiet, lambda: "serving"):
        await listener.hear_until("READY=1")
        await asyncio.sleep(0.05)
        assert listener.silent()
        assert "has not looked for work for 30 seconds" in caplog.text
        quiet = 0.0
        assert await listener.hear() == ["WATCHDOG=1", "STATUS=serving"]


async def test_the_ticker_says_how_long_ago_it_ticked() -> None:
    ticked = asyncio.Event()
    ticker = Ticker(ticked.set, seconds=0.05)
    ticker.start()
    try:
        await asyncio.sleep(0.03)
        assert ticker.since_tick() >= 0.03
        async with asyncio.timeout(PATIENCE):
            await ticked.wait()
        assert ticker.since_tick() < 0.05
    finally:
        ticker.stop()
    await asyncio.sleep(0.1)
    assert ticker.since_tick() >= 0.1, "a stopped ticker does not count as alive"


async def test_the_end_of_the_reports_is_not_swallowed(listener: Listener) -> None:
    async def fail() -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        async with watched(Supervisor({"NOTIFY_SOCKET": listener.address}), fail, lambda: 0.0, str):
            await asyncio.sleep(0)


@pytest.mark.slow
async def test_the_bot_tells_systemd_from_ready_to_the_stop(
    tmp_path: Path, server: DiscordServer, listener: Listener
) -> None:
    watchdog = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "200000"}
    async with running(tmp_path, server, **watchdog) as run:
        before = await listener.hear_until("READY=1")
        assert "WATCHDOG=1" not in before
        assert server.gateway.connections
        for _ in range(3):
            alive, status = await listener.hear()
            assert alive == "WATCHDOG=1"
            assert status.startswith("STATUS=serving 1 server; no hearings are held: no juror is configured")
        assert await run.stop() == 0
        assert (await listener.hear_until("STOPPING=1"))[-1] != "READY=1"


@pytest.mark.slow
async def test_a_bot_that_discord_does_not_greet_is_not_ready(
    tmp_path: Path, server: DiscordServer, listener: Listener
) -> None:
    server.faults.fail("PUT", r"/applications/\d+/commands", 429, retry_after=600)
    async with running(tmp_path, server, NOTIFY_SOCKET=listener.address) as run:
        await run.logged("responded with 429")
        assert listener.silent()
        assert await run.stop() == 0
    assert listener.silent()
