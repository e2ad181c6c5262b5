"""`court run` when it cannot start: exit code 2 and one line that tells the host what to fix."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from tests.bot.running import KEY, PATIENCE, Done, court, environment
from tests.fakes.discord_server import DiscordServer

pytestmark = pytest.mark.slow

LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:INFO|WARNING) ")


def error_line(done: Done) -> str:
    """Return the one line for the host. Everything else on standard error must be log lines."""
    assert done.code == 2, done.err
    assert done.out == ""
    others = [line for line in done.err.splitlines() if not LOG_LINE.match(line)]
    assert len(others) == 1, done.err
    assert others[0].startswith("court: ")
    assert KEY not in done.err
    return others[0]


WRONG: Final[dict[str, tuple[dict[str, str], list[str]]]] = {
    "no token": ({}, ["DISCORD_TOKEN is not set", ".env"]),
    "a token of two words": ({"DISCORD_TOKEN": f"{KEY} {KEY}"}, ["DISCORD_TOKEN: "]),
    "a panel of nine": ({"DISCORD_TOKEN": KEY, "PANEL_SIZE": "9"}, ["PANEL_SIZE: ", "7"]),
    "an unknown vendor": (
        {"DISCORD_TOKEN": KEY, "JURORS": "acme/one"},
        ["JURORS: entry 1: the court does not know its provider", "<PROVIDER>_BASE_URL"],
    ),
    "a juror without a key": (
        {"DISCORD_TOKEN": KEY, "MISTRAL_API_KEY": KEY, "JURORS": "mistral/a,openai/b"},
        ["JURORS: entry 2: set OPENAI_API_KEY"],
    ),
    "a judge without a key": (
        {"DISCORD_TOKEN": KEY, "MISTRAL_API_KEY": KEY, "JURORS": "mistral/a", "JUDGE": "openai/b"},
        ["JUDGE: set OPENAI_API_KEY"],
    ),
    "a key as a juror": (
        {"DISCORD_TOKEN": KEY, "MISTRAL_API_KEY": KEY, "JURORS": f"mistral/a,mistral/{KEY}"},
        ["JURORS: entry 2 looks like a key"],
    ),
    "a cap that cannot be kept": (
        {"DISCORD_TOKEN": KEY, "OLLAMA_BASE_URL": "http://127.0.0.1:9/v1", "DAILY_CAP_USD": "1"}
        | {"JURORS": "ollama/a,acme/b", "ACME_BASE_URL": "http://127.0.0.1:9/v1"},
        ["no price is known for acme/b", "PRICES=acme/b=IN/OUT", "remove the caps"],
    ),
    "unreadable prices": (
        {"DISCORD_TOKEN": KEY, "JURORS": "ollama/a,ollama/b", "PRICES": f"ollama/a={KEY}"},
        ["PRICES: entry 1", "provider/model=IN/OUT"],
    ),
    "a folder as the record": (
        {"DISCORD_TOKEN": KEY, "DATABASE_URL": "sqlite:///here"},
        ["here: ", "it cannot be opened"],
    ),
    "junk as the record": (
        {"DISCORD_TOKEN": KEY, "DATABASE_URL": "sqlite:///junk.db"},
        ["junk.db: ", "not a database"],
    ),
    "another database": (
        {"DISCORD_TOKEN": KEY, "DATABASE_URL": f"mysql://me:{KEY}@host/court"},
        ["a record cannot be kept in “mysql”"],
    ),
}


IMPORTED_BY_OTHERS: Final = {
    "alembic",
    "anthropic",
    "openai",
    "rapidfuzz",
    "rich",
    "sqlalchemy.dialects.postgresql",
    "typer",
    "typst",
}
"""What only other commands, migrations, hearings and searches import."""


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_setup_is_reported_before_discord_is_reached(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "junk.db").write_bytes(b"no database" * 100)
    env, expected = WRONG[wrong]
    # Nothing answers at this address, so a start that goes too far fails with a different error.
    done = await court(tmp_path, "run", DISCORD_API_URL="http://127.0.0.1:9", **env)
    line = error_line(done)
    assert done.err.splitlines() == [line], "not even a log line before it"
    for words in expected:
        assert words in line


async def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_APIKEY={KEY}\nPANEL_SIZE=9\nDATABASE_URL=garbage\nJURORS=openai/a,b\n")
    done = await court(tmp_path, "run", DISCORD_API_URL="http://127.0.0.1:9")
    assert (done.code, done.out) == (2, "")
    assert KEY not in done.err
    assert [line.split()[:2] for line in done.err.splitlines()] == [
        ["court:", "DATABASE_URL"],
        ["court:", "PANEL_SIZE:"],
        ["court:", "DISCORD_TOKEN"],
        ["court:", "JURORS:"],
        ["court:", "JURORS:"],
        ["court:", "OPENAI_APIKEY"],
    ]


@pytest.mark.parametrize("command", [("hear", "Can AI sing?"), ("demo", "--live")])
async def test_other_commands_warn_of_a_misspelt_setting_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / ".env").write_text(f"DAILY_CAP_US=1\nDISCORD_TOKN={KEY}\n")
    done = await court(tmp_path, *command)
    assert done.code == 2
    lines = done.err.splitlines()
    assert lines[0] == "warning: DAILY_CAP_US in .env is not a setting and has no effect: did you mean DAILY_CAP_USD?"
    assert lines[1].endswith("did you mean DISCORD_TOKEN?")
    assert "no juror is configured" in lines[2]
    assert KEY not in done.err


async def test_the_last_line_of_a_json_log_is_json_too(tmp_path: Path) -> None:
    done = await court(tmp_path, "run", DISCORD_API_URL="http://127.0.0.1:9", DISCORD_TOKEN=KEY, LOG_FORMAT="json")
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert done.code == 2
    assert lines[-1]["level"] == "CRITICAL"
    assert lines[-1]["message"].startswith("Discord cannot be reached at http://127.0.0.1:9")


async def test_a_refused_token(tmp_path: Path, server: DiscordServer) -> None:
    done = await court(tmp_path, "run", DISCORD_TOKEN=KEY, DISCORD_API_URL=server.api_url)
    line = error_line(done)
    assert done.err.splitlines() == [line], "not even a log line before it"
    assert "Discord refused DISCORD_TOKEN" in line
    assert [one.path for one in server.asked] == ["/users/@me"]


async def test_nobody_answers(tmp_path: Path) -> None:
    with socket.socket() as taken:
        # Bound but not listening, so connections are refused.
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        line = error_line(await court(tmp_path, "run", DISCORD_TOKEN=KEY, DISCORD_API_URL=address))
    assert f"Discord cannot be reached at {address}" in line


async def test_discord_refuses_the_commands(tmp_path: Path, server: DiscordServer) -> None:
    server.faults.fail("PUT", r"/applications/\d+/commands", 403)
    line = error_line(await court(tmp_path, "run", DISCORD_TOKEN=server.token, DISCORD_API_URL=server.api_url))
    assert f"Discord at {server.api_url} answered the login with HTTP 403" in line


async def test_discord_names_no_gateway(tmp_path: Path, server: DiscordServer) -> None:
    server.faults.fail("GET", "/gateway/bot", 404)
    line = error_line(await court(tmp_path, "run", DISCORD_TOKEN=server.token, DISCORD_API_URL=server.api_url))
    assert f"Discord at {server.api_url} names no gateway" in line


async def test_the_gateway_refuses_the_token(tmp_path: Path, server: DiscordServer) -> None:
    server.gateway.token = "another one"
    line = error_line(await court(tmp_path, "run", DISCORD_TOKEN=server.token, DISCORD_API_URL=server.api_url))
    assert "Discord refused DISCORD_TOKEN" in line


async def test_the_server_is_not_discord(tmp_path: Path) -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>Welcome</html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{anything:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = "http://{}:{}".format(*runner.addresses[0][:2])
        line = error_line(await court(tmp_path, "run", DISCORD_TOKEN=KEY, DISCORD_API_URL=address))
    finally:
        await runner.cleanup()
    assert f"the server at {address} is not Discord" in line


async def test_the_help_names_every_command(tmp_path: Path) -> None:
    done = await court(tmp_path, "--help")
    assert done.code == 0
    for command in ("run", "hear", "demo"):
        assert re.search(rf"\b{command}\b", done.out)
    assert not list(tmp_path.iterdir())


async def test_run_has_help(tmp_path: Path) -> None:
    done = await court(tmp_path, "run", "--help")
    assert done.code == 0
    assert "Start the bot on Discord." in done.out


def test_the_bot_starts_without_the_imports_of_others(tmp_path: Path) -> None:
    program = """
import sys
import bot.__main__, bot.serve

async def serve(settings):
    print(sorted(IMPORTED_BY_OTHERS & set(sys.modules)))

bot.serve.serve = serve
sys.argv = ["court", "run"]
bot.__main__.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", f"IMPORTED_BY_OTHERS = {IMPORTED_BY_OTHERS!r}\n{program}"],
        cwd=tmp_path,
        env=environment(tmp_path, {"DISCORD_TOKEN": KEY}),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
