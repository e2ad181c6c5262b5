"""`court demo` as its host starts it: from scratch, and with `--keep`."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.stage import DATABASE, GUILD_ID
from bot.jury import no_jury
from court.errors import StorageError
from court.models import CaseState
from tests.records import copy_of, url_of
from tests.settings import bare_settings

pytestmark = pytest.mark.slow

STATEMENT = "Can AI whistle a tune backwards?"


def play(folder: Path, *options: str) -> list[str]:
    """Run the demo until it has printed its address, stop it as Ctrl-C does, and return the lines that it printed."""
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.__main__ import main; main()", "demo", *options],
        cwd=folder,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        printed = []
        for line in demo.stdout:
            printed.append(line.strip())
            if line.startswith("Try:"):
                break
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=15) == 0
        assert demo.stderr.read() == ""
    return [line for line in printed if line]


def record(folder: Path) -> App:
    return App(bare_settings(database_url=url_of(folder / DATABASE)), no_jury("no juror"))


async def statements(folder: Path) -> list[str]:
    async with record(folder) as app, app.store.reading() as repos:
        cases = await repos.cases.newest(GUILD_ID, list(CaseState), 100)
    return [case.statement for case in cases]


@pytest.fixture
def kept(template: Path, tmp_path: Path) -> Path:
    """An empty record where an earlier demo would have left its own. A rehearsal takes seconds."""
    path = tmp_path / DATABASE
    path.parent.mkdir()
    return copy_of(template, path)


@pytest.mark.usefixtures("kept")
async def test_a_second_demo_starts_afresh_unless_it_keeps(tmp_path: Path) -> None:
    async with record(tmp_path) as app:
        await app.services.servers.change(GUILD_ID, mod_channel_id=1)
        filing = await app.services.intake.ask(GUILD_ID, 5, STATEMENT)

    play(tmp_path, "--keep")
    assert STATEMENT in await statements(tmp_path)
    async with record(tmp_path) as app, app.store.reading() as repos:
        case = await repos.cases.get(filing.case.id)
    assert case is not None
    assert case.card is not None, "its card is posted again, so that a moderator can decide"

    printed = play(tmp_path)
    assert len(printed) == 2
    assert re.fullmatch(r"The demo is running .* at http://127\.0\.0\.1:\d+/#\S+", printed[0])
    afresh = await statements(tmp_path)
    assert len(afresh) >= 12
    assert STATEMENT not in afresh


async def test_a_demo_that_is_killed_while_it_rehearses_leaves_the_last_record_and_keeps_others_out(
    tmp_path: Path, kept: Path
) -> None:
    async with record(tmp_path) as app:
        await app.services.servers.change(GUILD_ID, mod_channel_id=1)
        await app.services.intake.ask(GUILD_ID, 5, STATEMENT)
    unfinished = kept.with_name("demo.sqlite3.new")

    code = "from bot.__main__ import main; main()"
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "demo"), cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(30):
            while not unfinished.exists():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
        with pytest.raises(StorageError, match="another court has it open"):
            await statements(tmp_path)
    finally:
        demo.kill()
        await demo.wait()

    assert await statements(tmp_path) == [STATEMENT]
    assert len(play(tmp_path)) == 2
    assert STATEMENT not in await statements(tmp_path)
    assert {path.name for path in kept.parent.iterdir()} == {"demo.sqlite3", "demo.sqlite3.lock"}


def test_live_without_a_key_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bot.__main__ import main; main()", "demo", "--live"],
        cwd=tmp_path,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "OPENAI_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("obstacle", ["port", "folder"])
def test_an_obstacle_to_the_demo_is_reported_in_one_line(
    request: pytest.FixtureRequest, tmp_path: Path, obstacle: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        if obstacle == "port":
            request.getfixturevalue("kept")
            options = ["--keep", "--port", str(taken.getsockname()[1])]
        else:
            (tmp_path / "data").write_text("a file where the folder belongs")
            options = []
        done = subprocess.run(
            [sys.executable, "-c", "from bot.__main__ import main; main()", "demo", *options],
            cwd=tmp_path,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("court: ")
    assert done.stderr.count("\n") == 1
