"""The files for contributors: the tasks are the same everywhere, and the links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = [*map(ROOT.joinpath, ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")), *sorted(DECISIONS.glob("*.md"))]

CORRECTING = {
    "uv run ruff check .": "uv run ruff check --fix .",
    "uv run ruff format --check .": "uv run ruff format .",
}
"""Commands that only check, and those that also correct. .ci/run has the first, `just fix` and the hooks the second."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def ci_commands() -> list[str]:
    """Return the commands that .ci/run runs in the project's environment, in order."""
    lines = (line for line in read(".ci/run").splitlines() if not line.startswith("#"))
    return [command.strip() for line in lines for command in re.findall(r"\buv run [^&|;]+", line)]


def recipes() -> dict[str, list[str]]:
    """Return the commands of each recipe of the justfile, without the arguments that are passed to it."""
    found: dict[str, list[str]] = {}
    for line in read("justfile").splitlines():
        if header := re.match(r"(\w+)[^:=]*:(?!=)", line):
            found[header[1]] = []
        elif line.startswith("    "):
            found[[*found][-1]].append(line.strip().removesuffix(' "$@"'))
    return found


def checked() -> Iterator[str]:
    """Yield the commands that `just check` runs, in order."""
    header = re.search(r"^check:(.*)$", read("justfile"), re.MULTILINE)
    assert header is not None
    tasks = recipes()
    for name in header[1].split():
        yield from tasks[name]


def hooks() -> list[str]:
    """Return the commands that pre-commit runs, in order."""
    return re.findall(r"^ +entry: (.+)$", read(".pre-commit-config.yaml"), re.MULTILINE)


def test_just_check_runs_what_ci_runs() -> None:
    assert list(checked()) == ci_commands()


def test_hooks_run_what_ci_runs_except_tests_and_correct_what_can_be_corrected() -> None:
    checks = [command for command in ci_commands() if "pytest" not in command and "coverage" not in command]
    assert hooks() == [CORRECTING.get(command, command) for command in checks]


def test_just_fix_corrects_what_the_hooks_correct() -> None:
    assert recipes()["fix"] == list(CORRECTING.values())


def test_hooks_fetch_nothing() -> None:
    repositories = re.findall(r"^ *- repo: (.+)$", read(".pre-commit-config.yaml"), re.MULTILINE)
    assert set(repositories) == {"local"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        assert link.startswith("http") or (document.parent / link).exists(), link


def test_the_index_lists_every_decision_by_its_title() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    records = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for path in records}
    listed = {
        name: f"{number}. {title}" for number, title, name in re.findall(r"\[(\d{4}) ([^]]+)\]\(([^)]+)\)", index)
    }
    assert listed == titles


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_parts(path: Path) -> None:
    parts = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert parts == ["Status", "Context", "Decision", "Consequences"]
