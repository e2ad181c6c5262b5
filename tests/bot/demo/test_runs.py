"""`court demo` as its host starts it: from scratch, and with `--keep`."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.records import KEPT, PREFIX, STALE_AFTER, remove_stale
from bot.demo.rehearsal import DiscardingCourier
from bot.demo.stage import GUILD_ID
from bot.jury import no_jury
from court.models import CaseState, Member
from storage.engine.location import locate
from storage.engine.lock import locked
from tests.bot.running import court
from tests.records import copy_of, url_of
from tests.settings import bare_settings

pytestmark = pytest.mark.slow

STATEMENT = "Can AI whistle a tune backwards?"


CODE = "from bot.__main__ import main; main()"


def started(folder: Path, *, options: Sequence[str] = (), **environment: str) -> subprocess.Popen[str]:
    """Start the demo with none of our environment variables set but those given."""
    return subprocess.Popen(
        [sys.executable, "-c", CODE, "demo", *options],
        cwd=folder,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until_told(demo: subprocess.Popen[str]) -> list[str]:
    """Wait until the demo has printed its address, and return the lines that it printed."""
    assert demo.stdout is not None
    printed = []
    for line in demo.stdout:
        printed.append(line.strip())
        if line.startswith("Try:"):
            break
    return [line for line in printed if line]


def end(demo: subprocess.Popen[str]) -> None:
    """Stop the demo as Ctrl-C does."""
    assert demo.stderr is not None
    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=15) == 0
    assert demo.stderr.read() == ""


def play(folder: Path, *options: str) -> list[str]:
    """Run the demo until it has printed its address, stop it as Ctrl-C does, and return the lines that it printed."""
    with started(folder, options=options) as demo:
        printed = until_told(demo)
        end(demo)
    return printed


def record(folder: Path) -> App:
    return App(bare_settings(database_url=url_of(folder / KEPT)), no_jury("no juror"))


async def statements(folder: Path) -> list[str]:
    async with record(folder) as app, app.store.reading() as repos:
        cases = await repos.cases.newest(GUILD_ID, list(CaseState), 100)
    return [case.statement for case in cases]


@pytest.fixture
def kept(template: Path, tmp_path: Path) -> Path:
    """An empty record where an earlier demo would have left its own. A rehearsal takes seconds."""
    path = tmp_path / KEPT
    path.parent.mkdir()
    return copy_of(template, path)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_a_demo_that_keeps_shows_its_channel_again(tmp_path: Path, kept: Path) -> None:
    async with record(tmp_path) as app:
        await app.services.servers.change(GUILD_ID, mod_channel_id=1)
        filing = await app.services.intake.ask(GUILD_ID, 5, STATEMENT)

    play(tmp_path, "--keep")
    assert await statements(tmp_path) == [STATEMENT]
    async with record(tmp_path) as app, app.store.reading() as repos:
        case = await repos.cases.get(filing.case.id)
    assert case is not None
    assert case.card is not None, "its card is posted again, so that a moderator can decide"

    # A visitor approves it; the next demo shows the card as it is then, without anything to decide.
    async with record(tmp_path) as app:
        await app.services.moderation.approve(GUILD_ID, case.id, Member(5, (), manages_guild=True))
        deliveries = app.announcements(DiscardingCourier())
        while await deliveries.deliver_next():
            pass
    play(tmp_path, "--keep")
    async with record(tmp_path) as app, app.store.reading() as repos:
        again = await repos.cases.get(filing.case.id)
    assert again is not None
    assert again.card is not None
    assert again.card != case.card
    assert files_in(tmp_path) == ["data/demo.sqlite3", "data/demo.sqlite3.lock"]


def test_demos_have_records_of_their_own_that_end_with_them(tmp_path: Path) -> None:
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    with started(tmp_path, TMPDIR=str(rooms)) as one:
        first = until_told(one)
        assert len(list(rooms.glob(f"{PREFIX}*"))) == 1
        with started(tmp_path, TMPDIR=str(rooms)) as other:
            second = until_told(other)
            assert len(list(rooms.glob(f"{PREFIX}*"))) == 2
            end(other)
        end(one)
    for printed in (first, second):
        assert len(printed) == 2
        assert re.fullmatch(r"The demo is running .* at http://127\.0\.0\.1:\d+/#\S+", printed[0])
    assert files_in(tmp_path) == []
    assert list(rooms.glob(f"{PREFIX}*")) == []


async def test_a_demo_that_is_killed_while_it_rehearses_leaves_no_half_record_and_keeps_others_out(
    tmp_path: Path,
) -> None:
    kept = tmp_path / KEPT
    unfinished = kept.with_name("demo.sqlite3.new")
    with started(tmp_path, options=("--keep",)) as demo:
        async with asyncio.timeout(30):
            while not unfinished.exists():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
        refused = await court(tmp_path, "demo", "--keep")
        assert refused.code == 2
        assert refused.err.count("\n") == 1
        assert f"(process {demo.pid}, since " in refused.err
        assert "leave out --keep, or run the demo in another folder" in refused.err
        demo.kill()

    assert not kept.exists()
    assert len(play(tmp_path, "--keep")) == 2
    assert len(await statements(tmp_path)) >= 12
    assert files_in(tmp_path) == ["data/demo.sqlite3", "data/demo.sqlite3.lock"]


def test_what_a_killed_demo_left_is_removed_and_what_a_running_one_has_is_not(tmp_path: Path) -> None:
    old = time.time() - STALE_AFTER - 1
    for name in ("gone", "running", "new"):
        folder = tmp_path / f"{PREFIX}{name}"
        folder.mkdir()
        (folder / "demo.sqlite3").write_bytes(b"x")
        if name != "new":
            os.utime(folder, (old, old))
    with locked(locate(f"sqlite:///{tmp_path / f'{PREFIX}running'}/demo.sqlite3")):
        os.utime(tmp_path / f"{PREFIX}running", (old, old))
        remove_stale(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}new", f"{PREFIX}running"]


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
            options = ["--keep"]
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
