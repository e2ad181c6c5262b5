"""The packages that are handed out: they hold every file, and the court runs from the wheel in an empty folder."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.bot.running import COMMAND, PATIENCE, environment
from tests.test_house import PACKAGES, PYPROJECT, ROOT

pytestmark = pytest.mark.slow

VERSION = PYPROJECT["project"]["version"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built without a network by the backend that is installed."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE)
    return folder


@pytest.fixture(scope="module")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel installs."""
    folder = tmp_path_factory.mktemp("site-packages")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def sources() -> set[str]:
    """Return every file of our packages, whatever its kind."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(unpacked: Path) -> None:
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    ours = {name for name in found if ".dist-info/" not in name}
    assert ours == sources()
    assert "bot/cli/simulation_picture.typ" in ours
    metadata = next(unpacked.glob("*.dist-info"))
    assert (metadata / "licenses" / "LICENSE").is_file()
    assert "Provides-Extra: demo" in (metadata / "METADATA").read_text(encoding="utf-8")


def test_the_sdist_holds_what_is_needed_to_build_test_and_host(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as file:
        found = {name.partition("/")[2] for name in file.getnames()}
    others = (
        "pyproject.toml",
        "requirements.txt",
        ".env.example",
        "Dockerfile",
        "compose.yaml",
        "deploy/court.service",
    )
    assert sources() | {*others, "docs/hosting.md", "tests/test_wheel.py"} <= found
    assert not {".env", "uv.lock"} & found


def from_wheel(unpacked: Path, folder: Path) -> dict[str, str]:
    return environment(folder, {"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"})


def court(unpacked: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=from_wheel(unpacked, folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_court_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import bot; print(bot.__file__)"],
        cwd=tmp_path,
        env=from_wheel(unpacked, tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(unpacked)
    assert court(unpacked, tmp_path, "--version") == f"court {VERSION}\n"
    assert "STATEMENT" in court(unpacked, tmp_path, "hear", "--help")
    court(unpacked, tmp_path, "simulate", "--statements", "4", "--years", "1", "--picture", "results.svg")
    assert "<svg" in (tmp_path / "results.svg").read_text(encoding="utf-8")[:200]


async def test_the_demo_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "demo", cwd=tmp_path, env=from_wheel(unpacked, tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            shown = ""
            while not (address := re.search(r"http://127\.0\.0\.1:\d+/", shown)):
                line = await process.stdout.readline()
                assert line, shown
                shown += line.decode()
            page = await asyncio.to_thread(urllib.request.urlopen, address[0], timeout=PATIENCE)
            with page:
                assert b"<!doctype html>" in page.read()
            process.send_signal(signal.SIGINT)
            await process.stdout.read()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
