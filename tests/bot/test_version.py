"""`court --version`, installed and in a clone."""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.version
from bot.__main__ import main
from bot.cli import cli
from bot.version import court_version

ROOT = Path(__file__).parents[2]
WRITTEN = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)


def test_the_version_is_that_of_the_package() -> None:
    assert WRITTEN["name"] == bot.version.DISTRIBUTION
    assert court_version() == WRITTEN["version"]


@pytest.mark.usefixtures("uninstalled")
def test_a_clone_that_is_not_installed_says_so() -> None:
    assert court_version() == f"{WRITTEN['version']} (not installed)"


@pytest.mark.usefixtures("uninstalled")
def test_copied_packages_without_their_project_have_no_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bot.version, "__file__", str(tmp_path / "bot" / "version.py"))
    assert court_version() == "unknown (not installed)"


def test_it_is_printed_without_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["court", "--version"])
    monkeypatch.delitem(sys.modules, "bot.cli")
    main()
    assert capsys.readouterr().out == f"court {WRITTEN['version']}\n"
    assert "bot.cli" not in sys.modules


def test_the_help_lists_it() -> None:
    runner = CliRunner()
    assert "--version" in runner.invoke(cli, ["--help"]).output
    assert runner.invoke(cli, ["--version", "run"]).output == f"court {WRITTEN['version']}\n"
