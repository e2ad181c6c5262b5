"""What hosts start the court with: the image, the compose file, the systemd unit, the page on hosting, the CI run."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from packaging.specifiers import SpecifierSet

from bot.cli import cli
from bot.jury import seat_jury
from bot.settings import Settings
from court.hearings.conduct import ROUTINE
from court.hearings.estimates import estimate_due_hearing
from court.models import Case, CaseState
from providers.pricing import PRICES_AS_OF
from providers.registry import Models
from providers.vendors import VendorSettings, variable_stem
from storage.engine.location import locate
from tests.settings import bare_settings
from tests.test_house import PYPROJECT, ROOT, fields

BUILT_IN = frozenset({"--version", "--help"})
STOPS_WITHIN = 15
"""Seconds that a host's service manager has to wait: the bot exits within ten."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> set[str]:
    return set(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with their arguments, in order."""
    lines = "\n".join(line for line in read("Dockerfile").splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    return [(word, rest.strip()) for line in joined.splitlines() if line for word, _, rest in [line.partition(" ")]]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    begins = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    return found[begins:]


def environment_of_image() -> dict[str, str]:
    (rest,) = (rest for word, rest in last_stage() if word == "ENV")
    return dict(pair.split("=", 1) for pair in shlex.split(rest))


def compose() -> Any:
    return yaml.safe_load(read("compose.yaml"))["services"]["court"]


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(read("deploy/court.service"))
    return parser


def test_the_image_is_of_a_python_that_the_project_supports_and_ci_tests() -> None:
    tags = {rest.split()[0] for word, rest in instructions() if word == "FROM"}
    assert len(tags) == 1
    match = re.fullmatch(r"python:(3\.\d+)-slim", tags.pop())
    assert match is not None, "one minor version"
    assert SpecifierSet(PYPROJECT["project"]["requires-python"]).contains(match[1])
    steps = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["check"]["steps"]
    assert match[1] in {step.get("with", {}).get("python-version") for step in steps}


def copied() -> list[str]:
    """Return what the Dockerfile copies from the project."""
    lines = [rest.split() for word, rest in instructions() if word == "COPY" and not rest.startswith("--from")]
    return [source for line in lines for source in line[:-1]]


def test_the_image_copies_what_is_there_and_everything_that_the_wheel_needs() -> None:
    for source in copied():
        assert (ROOT / source).exists(), source
    needed = {
        *PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"],
        "pyproject.toml",
        "requirements.txt",
    }
    needed |= {PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"]}
    assert set(copied()) == needed


def test_docker_is_sent_only_what_is_copied() -> None:
    rules = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied())
    later = [rule for rule in rules[1:] if not rule.startswith("!")]
    assert not any(fnmatch(source, rule) for source in copied() for rule in later)


def test_the_image_installs_the_pinned_set_by_hashes_and_then_the_wheel_alone() -> None:
    runs = [rest for word, rest in instructions() if word == "RUN" and " install " in rest and "pip" in rest]
    assert len(runs) == 2
    assert "--require-hashes -r requirements.txt" in runs[0]
    assert "--no-deps" in runs[1].rpartition("install")[2]
    assert "--no-build-isolation" in runs[1]
    assert "://" not in re.sub(r"sqlite:////", "", read("Dockerfile")), "no address of an index"


def test_the_image_runs_the_bot_as_a_user_without_privileges() -> None:
    stage = last_stage()
    words = [word for word, _ in stage]
    assert "RUN" not in words[words.index("USER") :], "nothing is changed after the user is"
    user = dict(stage)["USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "a number, so that it can be checked not to be root"
    made = next(rest for word, rest in stage if word == "RUN" and "useradd" in rest)
    assert f"--uid {user.partition(':')[0]} " in made


def test_the_image_starts_checks_and_stops_the_bot() -> None:
    stage = dict(last_stage())
    assert json.loads(stage["ENTRYPOINT"]) == ["court"]
    assert "court" in PYPROJECT["project"]["scripts"]
    assert json.loads(stage["CMD"])[0] in commands()
    check = json.loads(stage["HEALTHCHECK"].partition("CMD ")[2])
    assert check[0] == "court"
    assert check[1] in commands()
    assert stage["STOPSIGNAL"] == "SIGTERM"


def test_the_record_of_the_image_is_in_its_volume() -> None:
    volume = Path(dict(last_stage())["VOLUME"])
    set_up = environment_of_image()
    assert locate(set_up["DATABASE_URL"]).path == volume / "court.sqlite3"
    assert set_up["PYTHONUNBUFFERED"] == "1"
    ours = {name for name in set_up if not name.startswith(("PYTHON", "PATH"))}
    assert ours <= fields()


def test_compose_keeps_the_record_and_gives_no_privileges() -> None:
    service = compose()
    image = environment_of_image()
    assert service["volumes"] == [f"record:{dict(last_stage())['VOLUME']}"]
    assert "record" in yaml.safe_load(read("compose.yaml"))["volumes"]
    assert service["environment"] == {name: image[name] for name in ("DATABASE_URL", "METRICS_PORT")}
    assert service["restart"] == "unless-stopped"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    assert int(service["stop_grace_period"].removesuffix("s")) >= STOPS_WITHIN
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert service["healthcheck"]["test"][1] == "court"
    assert service["healthcheck"]["test"][2] in commands()


def test_the_unit_is_told_when_the_bot_is_ready_and_alive() -> None:
    service = unit()["Service"]
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) >= 60
    assert service["Restart"] == "on-failure"
    assert int(service["TimeoutStopSec"]) >= STOPS_WITHIN
    assert service["ExecStart"] == f"{service['WorkingDirectory']}/.venv/bin/court run"
    assert service["User"] not in {"", "root"}


needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")


@pytest.fixture
def standing_in(tmp_path: Path) -> Path:
    """The unit with paths that exist here."""
    program = tmp_path / "court"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o700)
    text = re.sub(r"^ExecStart=\S+", f"ExecStart={program}", read("deploy/court.service"), flags=re.MULTILINE)
    path = tmp_path / "court.service"
    path.write_text(text, encoding="utf-8")
    return path


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SYSTEMD_COLORS": "0"}
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False, env=env, timeout=60
    )


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(standing_in: Path) -> None:
    done = analyze("verify", "--man=no", str(standing_in))
    # It also looks at the units that this one needs, and those are not ours.
    ours = [line for line in done.stderr.splitlines() if "court.service" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@needs_systemd
def test_systemd_would_notice_a_fault_in_the_unit(standing_in: Path) -> None:
    faulty = standing_in.read_text(encoding="utf-8").replace("WatchdogSec=60", "WatchdogSec=often")
    standing_in.write_text(faulty, encoding="utf-8")
    assert "court.service" in analyze("verify", "--man=no", str(standing_in)).stderr


@needs_systemd
def test_the_unit_exposes_little(standing_in: Path) -> None:
    """systemd rates it from 0 to 10, in tenths: below 3 is OK, and without any protection it is 9.6."""
    done = analyze("security", "--offline=true", "--threshold=20", str(standing_in))
    assert done.returncode == 0, done.stdout + done.stderr


def test_documents_and_files_name_only_commands_that_exist() -> None:
    text = read("docs/hosting.md") + read("deploy/court.service") + read("README.md") + read("compose.yaml")
    bare = re.findall(r"(?:bin/|exec court |run --rm court |`)court ([a-z-]+)", text)
    inside = re.findall(r"(?:exec|--rm) court ([a-z]+)", text)
    named = {*bare, *inside} - {"cat", "rm", "court"}
    assert {"run", "backup", "restore"} <= named
    assert named <= commands() | BUILT_IN


def test_the_page_on_hosting_installs_as_the_readme_does() -> None:
    from_clone = read("docs/hosting.md").partition("### From a clone")[2].partition("\n### ")[0]
    for line in re.findall(r"\.venv/bin/pip install .+", from_clone):
        assert line in read("README.md")


POOL = re.compile(
    r"^\| (?P<pool>(?:the default|`JURORS).+?) \| \$(?P<usual>[\d.]+) \| \$(?P<searching>[\d.]+) \|$", re.MULTILINE
)


def priced() -> list[tuple[str, float, float]]:
    return [
        (row["pool"], float(row["usual"]), float(row["searching"])) for row in POOL.finditer(read("docs/hosting.md"))
    ]


def costs(pool: str) -> tuple[float, float]:
    """Return what a hearing of this pool usually costs in dollars, without and with a search."""
    named = re.fullmatch(r"`JURORS=(.+)`", pool)
    names = re.findall(r"(\w+)/[^,`]+", named[1]) if named else re.findall(r"OpenAI|Anthropic|xAI|DeepSeek", pool)
    vendors = {variable_stem(name.lower()): VendorSettings(api_key="key") for name in names}
    settings = bare_settings(jurors=named[1] if named else None, vendors=vendors)
    return _estimated(settings)


def _estimated(settings: Settings) -> tuple[float, float]:
    jury = seat_jury(settings, Models(settings.vendors, timeout=settings.juror_timeout))
    text = "Can AI write a novel that readers finish?"
    case = Case(0, 0, None, text, CaseState.DOCKETED, 0, datetime(2026, 12, 1, tzinfo=UTC))
    usual, searching = (
        estimate_due_hearing(jury, case, ROUTINE, date(2026, 12, 1), researching=researching).usual / 1e6
        for researching in (False, True)
    )
    return usual, searching


@pytest.mark.parametrize(("pool", "usual", "searching"), priced())
def test_the_page_on_hosting_states_what_hearings_cost(pool: str, usual: float, searching: float) -> None:
    assert costs(pool) == pytest.approx((usual, searching), rel=0.15), "correct the table and the sum below it"


def test_the_page_on_hosting_dates_its_prices_and_adds_up() -> None:
    page = read("docs/hosting.md")
    assert len(priced()) == 4
    assert f"{PRICES_AS_OF:%-d %B %Y}" in " ".join(page.split())
    sums = re.findall(r"(\d+) × \$([\d.]+) \+ (\d+) × \$([\d.]+) =(?: \$[\d.]+ \+ \$[\d.]+ =)? \**\$(\d+\.\d\d)", page)
    assert len(sums) == 2
    for searches, dear, others, cheap, total in sums:
        assert (float(dear), float(cheap)) in {(searching, usual) for _, usual, searching in priced()}
        assert int(searches) * float(dear) + int(others) * float(cheap) == pytest.approx(float(total), abs=0.01)


def test_ci_runs_everything_within_bounds_and_with_few_rights() -> None:
    workflow = yaml.safe_load(read(".github/workflows/ci.yml"))
    # YAML 1.1 reads the key `on` as true.
    assert {"push", "pull_request"} <= set(workflow[True])
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert 0 < job["timeout-minutes"] <= 60
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for step in job["steps"]:
        assert "run" in step or re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])
