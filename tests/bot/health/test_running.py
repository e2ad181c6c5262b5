"""A watched `court run` against a loopback Discord, and one that nobody watches."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.bot.health.watched import LOOPBACK, free_port
from tests.bot.running import PATIENCE, ROOT, court, environment, running, seated, voting
from tests.bot.sessions import approve, await_ruling, file, set_up
from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import LoopbackVendor

pytestmark = pytest.mark.slow


@pytest.fixture
async def vendor() -> AsyncIterator[LoopbackVendor]:
    async with LoopbackVendor(voting()) as loopback:
        yield loopback


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{LOOPBACK}:{port}{path}") as answer:
        return answer.status, await answer.text()


async def until(port: int, status: int) -> str:
    """Wait until /healthz answers with this status."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                found, body = await get(port, "/healthz")
            except aiohttp.ClientError:
                found = 0
            if found == status:
                return body
            await asyncio.sleep(0.1)


def value(metrics: str, start: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(start))


async def test_a_watched_bot_counts_what_it_does(tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor) -> None:
    port = free_port()
    env = {"METRICS_PORT": str(port), **seated(vendor)}
    async with running(tmp_path, server, **env) as run:
        await until(port, 200)
        assert (await court(tmp_path, "health", METRICS_PORT=str(port))).code == 0
        await server.slash("ask", {"question": "Can AI write a novel?"})
        await set_up(server)
        await approve(server, await file(server))
        await await_ruling(server)
        metrics = (await get(port, "/metrics"))[1]
        assert await run.stop() == 0
    answered = 'court_interaction_seconds_count{kind="command",outcome='
    assert value(metrics, answered + '"refused"') == 1, "the server was not set up"
    assert value(metrics, answered + '"answered"') >= 2
    assert value(metrics, 'court_interaction_seconds_count{kind="button",outcome="answered"') == 1
    assert value(metrics, 'court_gateway_events_total{type="INTERACTION_CREATE"') >= 4
    assert value(metrics, "court_hearings_total") == 1
    assert value(metrics, 'court_seats_total{outcome="ballot",vendor="openai"') == 1
    assert value(metrics, "court_commit_seconds_count") > 0
    home = server.world.home
    for private in (home.id, home.member.id, home.member.name, home.verdicts, server.token, "novel"):
        assert private not in metrics
    assert "/healthz and /metrics are at port" in run.log
    assert "Traceback" not in run.log


async def test_a_bot_that_discord_does_not_greet_is_starting(tmp_path: Path, server: DiscordServer) -> None:
    server.faults.fail("PUT", r"/applications/\d+/commands", 429, retry_after=600)
    port = free_port()
    async with running(tmp_path, server, METRICS_PORT=str(port)) as run:
        await run.logged("responded with 429")
        assert json.loads(await until(port, 503))["status"] == "starting"
        done = await court(tmp_path, "health", METRICS_PORT=str(port))
        assert done.code == 1
        assert "FAIL  gateway   starting: the bot waits for Discord" in done.out
        assert await run.stop() == 0


async def test_a_monitor_is_pinged_once_discord_has_greeted_the_bot(tmp_path: Path, server: DiscordServer) -> None:
    pinged = asyncio.Event()

    async def take(_request: web.Request) -> web.Response:
        assert server.gateway.connections
        pinged.set()
        return web.Response()

    app = web.Application()
    app.router.add_get("/ping/a-secret", take)
    async with (
        TestServer(app) as monitor,
        running(tmp_path, server, HEARTBEAT_URL=str(monitor.make_url("/ping/a-secret"))) as run,
    ):
        async with asyncio.timeout(PATIENCE):
            await pinged.wait()
        assert await run.stop() == 0
    assert "a-secret" not in run.log
    assert "Traceback" not in run.log


async def test_a_port_in_use_ends_the_start(tmp_path: Path, server: DiscordServer) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        async with running(tmp_path, server, METRICS_PORT=str(port)) as run:
            assert await run.end() == 2
    assert f"court: METRICS_PORT: port {port} of 127.0.0.1 cannot be used (Address already in use)" in run.log
    assert "Traceback" not in run.log


IMPORTED = """
import sys
from bot.__main__ import main
try:
    main()
finally:
    watching = ("bot.health", "prometheus_client", "aiohttp.web_runner")
    print(*(name for name in watching if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("port", ["", "another"])
def test_a_bot_that_nobody_watches_imports_nothing_for_it(tmp_path: Path, port: str) -> None:
    closed = free_port()
    env = {"DISCORD_TOKEN": "no.such.token", "DISCORD_API_URL": f"http://{LOOPBACK}:{closed}"}
    if port:
        env["METRICS_PORT"] = str(free_port())
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, "run"],
        cwd=tmp_path,
        env=environment(tmp_path, {**env, "PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "can" in done.stderr, "it got as far as Discord"
    found = done.stderr.splitlines()[-1].split()
    assert found == (["bot.health", "prometheus_client", "aiohttp.web_runner"] if port else [])
