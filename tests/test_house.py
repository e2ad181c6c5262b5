"""Rules of the project as tests: the documents describe what is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from math import exp
from pathlib import Path

import pytest
import typer.main
from dotenv import dotenv_values
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.cli import cli
from bot.cli.simulate import command
from bot.client import CourtBot
from bot.invite import invite_link
from bot.settings import Settings
from cogs.assembly import Services, assemble
from court.counting.change import ACCURACY, BEYOND_DOUBT, CORRELATION
from court.counting.intervals import LONGEST, SHORTEST
from court.counting.terms import RULE
from court.counting.verdicts import CONFIDENCE_CEILING, CONFIDENCE_FLOOR, HUNG_MARGIN, PANEL_CEILING
from court.simulation.run import Plan
from providers.vendors import VENDORS, base_url_variable, key_variable

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "cogs", "court", "providers", "storage")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def fields() -> set[str]:
    return {name.upper() for name in Settings.model_fields if name != "vendors"}


def vendor_variables() -> set[str]:
    return {variable(name) for name in VENDORS for variable in (key_variable, base_url_variable)}


def test_env_example_lists_exactly_the_settings() -> None:
    assert set(dotenv_values(ROOT / ".env.example")) == fields() | vendor_variables()


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
def test_every_secret_may_be_in_a_file_and_the_documents_say_so(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    secrets = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secrets
    assert {f"{name}_file" for name in secrets} <= Settings.model_fields.keys()
    for name in (*(f"{name}_file" for name in secrets), "<provider>_api_key_file"):
        assert name.upper() in text


def test_env_example_gives_the_defaults() -> None:
    written = {name: value for name, value in dotenv_values(ROOT / ".env.example").items() if value}
    for name, field in Settings.model_fields.items():
        if name != "vendors":
            assert written.get(name.upper()) == (str(field.default) if field.default is not None else None)
    for name, vendor in VENDORS.items():
        if not vendor.needs_key:
            assert written[base_url_variable(name)] == vendor.base_url


def test_readme_lists_exactly_the_settings() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert rows == fields()
    assert "`<PROVIDER>_API_KEY`" in README
    assert "`<PROVIDER>_BASE_URL`" in README
    for name in VENDORS:
        assert f"`{name.upper()}`" in README


async def test_readme_lists_every_command_of_the_bot(services: Services) -> None:
    bot = CourtBot(lambda bot: assemble(bot, services))
    await assemble(bot, services)
    names = {command.qualified_name for command in bot.tree.walk_commands() if not hasattr(command, "commands")}
    assert names
    assert {name for name in names if f"`/{name}" not in README} == set()


def test_readme_lists_every_command_of_the_terminal() -> None:
    group = typer.main.get_command(cli)
    for name in group.commands:  # type: ignore[attr-defined]
        assert f"`court {name}" in README


def test_the_invite_link_of_the_readme_is_the_one_that_the_bot_logs() -> None:
    assert f"`{invite_link(1).replace('client_id=1&', 'client_id=APPLICATION_ID&')}`" in README


def test_readme_has_the_two_commands() -> None:
    assert "pip install uv && uv run court demo" in README
    assert "pip install uv && uv run pytest" in README


def test_the_architecture_names_every_folder() -> None:
    tops = [ROOT / name for name in (*PACKAGES, "tests", "benchmarks", "docs", "deploy", ".ci", ".github")]
    found = [folder for top in tops for folder in [top, *top.rglob("*")] if folder.is_dir()]
    folders = {str(folder.relative_to(ROOT)) for folder in found if folder.name != "__pycache__"}
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {name.rstrip("/") for name in re.findall(r"`([\w./]+/)`", text)}
    assert folders == named


@pytest.mark.parametrize("document", ["README.md", "docs/architecture.md", "docs/hosting.md", "docs/methodology.md"])
def test_the_links_of_documents_lead_somewhere(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text):
        link = target[0] or target[1]
        if not link.startswith("http"):
            assert (path.parent / link).exists(), link


@pytest.mark.parametrize(
    "requirement",
    [
        *PYPROJECT["project"]["dependencies"],
        *(one for extra in PYPROJECT["project"]["optional-dependencies"].values() for one in extra),
        *(one for group in PYPROJECT["dependency-groups"].values() for one in group),
        *PYPROJECT["build-system"]["requires"],
    ],
)
def test_versions_are_bounded_on_both_sides(requirement: str) -> None:
    assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?>=\d+\.\d+(\.\d+)?,<(?:0\.)?\d+", requirement)


def test_the_methodology_states_the_rules_as_they_are() -> None:
    text = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
    for stated in (
        f"{CONFIDENCE_FLOOR}–{CONFIDENCE_CEILING:.2f}",
        f"({PANEL_CEILING} at most)",
        f"below *m* = {HUNG_MARGIN} the jury is hung",
        f"ρ = {CORRELATION}",
        f"a = {ACCURACY}",
        f"ln {exp(BEYOND_DOUBT):.0f}",
        f"ln {exp(RULE.dismissed):.0f}",
        f"clamp({SHORTEST:.0f} + {LONGEST - SHORTEST:.0f}·m², {SHORTEST:.0f}, {LONGEST:.0f})",
        command(Plan()),
    ):
        assert stated in text, stated


def test_layers_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
DEPLOYED = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]


def pins() -> dict[str, Requirement]:
    """Return the pinned packages by their canonical names, each without its hashes."""
    lines = re.sub(r"\s*\\\n\s*--hash=\S+", "", REQUIREMENTS).splitlines()
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


@pytest.mark.parametrize("dependency", [*map(Requirement, DEPLOYED)], ids=str)
def test_requirements_pin_every_dependency_within_its_bounds(dependency: Requirement) -> None:
    (pin,) = pins()[canonicalize_name(dependency.name)].specifier
    assert pin.operator == "=="
    assert dependency.specifier.contains(pin.version)


def test_requirements_pin_every_package_once_by_hashes_and_name_no_address() -> None:
    entries = re.split(r"\n(?=\S)", REQUIREMENTS.rstrip("\n"))
    assert len(entries) == len(pins())
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+==[\w.+!]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+", entry), entry


def test_what_builds_the_package_is_pinned_as_it_is_declared() -> None:
    assert PYPROJECT["dependency-groups"]["build"] == PYPROJECT["build-system"]["requires"]


def test_the_extras_are_the_groups_of_the_same_name() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    assert extras == {name: PYPROJECT["dependency-groups"][name] for name in extras}


def test_hosts_install_the_pinned_set_and_nothing_else() -> None:
    hosting = README.partition("## Host it")[2].partition("\n## ")[0]
    installs = [line.strip() for line in hosting.splitlines() if "pip install" in line]
    assert (
        installs
        == [
            ".venv/bin/pip install --require-hashes -r requirements.txt",
            ".venv/bin/pip install --no-deps --no-build-isolation .",
        ]
        * 2
    )
    assert "uv run court" not in hosting
    backups = README.partition("## Back up the record")[2].partition("\n## ")[0]
    assert backups.count(".venv/bin/court") == 3
    assert "uv run" not in backups, "it would change what is installed"


FREED = frozenset(
    [
        "annals",
        "bench",
        "benches",
        "chambers",
        "figure",
        "figures",
        "ledger",
        "papers",
        "purse",
        "ring",
        "scrutiny",
        "speaking",
        "summons",
        "suspicion",
        "treasury",
    ]
)
"""Words that meant two or three things each, or were too decorative. Others stand in their place now."""


def test_a_freed_word_names_nothing() -> None:
    names = {
        f"{path.relative_to(ROOT)}: {name}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts
        for name in names_in(path)
        if FREED & set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    }
    assert names == set()


def names_in(path: Path) -> set[str]:
    """Return every name that a module gives or uses, its own included."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    used = (getattr(node, field, None) for node in nodes for field in ("name", "id", "attr", "arg"))
    return {path.stem, *(name for name in used if isinstance(name, str))}


def test_no_module_is_longer_than_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}
