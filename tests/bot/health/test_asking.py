"""`court health`: what it prints, its exit codes, and what it does not import."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.health.asking import health
from court.errors import ConfigurationError
from tests.bot.health.watched import Watched, free_port, watched
from tests.bot.running import COMMAND, PATIENCE, ROOT, court, environment


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("METRICS_PORT", "METRICS_HOST"):
        monkeypatch.delenv(name, raising=False)


def env_file(folder: Path, *lines: str) -> Path:
    path = folder / ".env"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def ask(court: Watched, folder: Path, host: str = "127.0.0.1") -> int:
    return await asyncio.to_thread(health, env_file(folder, f"METRICS_PORT={court.port}", f"METRICS_HOST={host}"))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", ""])
async def test_a_line_for_each_check_and_0_if_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    async with watched() as court:
        court.greet()
        code = await ask(court, tmp_path, host)
    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok    gateway   Discord was heard 0 seconds ago",
        "ok    tick      the bot looked for work 0 seconds ago",
        "ok    writer    the record can be written",
        "ok    hearings  none is late",
        "ok    messages  none is late",
    ]


async def test_1_if_it_is_not_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with watched() as court:
        assert await ask(court, tmp_path) == 1
        assert "FAIL  gateway   starting: the bot waits for Discord\n" in capsys.readouterr().out
        court.greet()
        court.since_tick[0] = 60
        assert await ask(court, tmp_path) == 1
    shown = capsys.readouterr().out
    assert "FAIL  tick      the bot has not looked for work for 60 seconds; restart it\n" in shown
    assert "ok    writer" in shown


def test_1_and_what_to_do_if_nothing_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert health(env_file(tmp_path, f"METRICS_PORT={port}")) == 1
    shown = capsys.readouterr().out
    assert f"no bot answers on port {port} of 127.0.0.1 (Connection refused)" in shown
    assert "Is `court run` running" in shown


@pytest.mark.parametrize("body", ["", "[]", '{"checks": 1}', '{"checks": {"tick": true}}', "<html>"])
async def test_1_if_another_program_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str) -> None:
    async def say(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.router.add_get("/healthz", say)
    async with TestServer(app) as server:
        code = await asyncio.to_thread(health, env_file(tmp_path, f"METRICS_PORT={server.port}"))
    assert code == 1
    assert "no bot answers on port" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["", "   ", "0", "65536", "-1", "many", "9108.5", "９１０８"])
def test_a_port_that_is_none_is_the_hosts_to_correct(tmp_path: Path, port: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^METRICS_PORT"):
        health(env_file(tmp_path, f"METRICS_PORT={port}"))


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    assert health(env_file(tmp_path, "METRICS_PORT=nonsense")) == 1
    assert f"port {port}" in capsys.readouterr().out


@pytest.mark.slow
def test_it_imports_nothing_large(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *COMMAND[1:], "health"],
        cwd=tmp_path,
        env=environment(tmp_path, {"METRICS_PORT": str(free_port()), "PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "dotenv" in imported
    large = {
        "discord",
        "openai",
        "anthropic",
        "sqlalchemy",
        "pydantic",
        "aiohttp",
        "typer",
        "rich",
        "prometheus_client",
    }
    assert not imported & large


@pytest.mark.slow
async def test_2_without_a_port(tmp_path: Path) -> None:
    done = await court(tmp_path, "health")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("court: METRICS_PORT is not set: write METRICS_PORT=9108 into .env")
