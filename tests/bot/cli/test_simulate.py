"""`court simulate`: reproducible results as tables, as JSON and as a picture, all marked as synthetic."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.simulate import as_json, command, fewer, gates, show, simulate
from bot.cli.simulation_picture import SUFFIXES, check, draw
from court.errors import ConfigurationError
from court.simulation.experiments import LIFETIME, METHODS, REPLACEMENTS
from court.simulation.run import Plan, Report
from court.simulation.worlds import WORLDS
from tests.bot.running import court

PLAN = Plan(statements=12, years=2, seed=3)
MAGIC = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<svg"}


@pytest.fixture(scope="module")
def report() -> Report:
    return simulate(PLAN, Console(quiet=True), workers=1)


def printed(report: Report, width: int = 80) -> str:
    page = Console(file=io.StringIO(), width=width)
    show(report, page)
    file = page.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.mark.slow
def test_the_number_of_processes_does_not_change_the_results(report: Report) -> None:
    assert simulate(PLAN, Console(quiet=True), workers=2) == report


def test_the_tables_have_every_world_method_and_jury_and_say_that_they_are_synthetic(report: Report) -> None:
    text = printed(report)

    assert text.startswith("Synthetic jurors: these results say nothing about real models.")
    assert text.count("synthetic") >= 3
    for name in (*METHODS, *(world.name for world in WORLDS), *(one.name for one in REPLACEMENTS)):
        assert name in text
    assert "court simulate --statements 12 --years 2 --seed 3" in text
    assert text.count("held") + text.count("missed") >= len(gates(report))


def test_the_tables_fit_80_columns_and_break_no_name(report: Report) -> None:
    lines = printed(report).splitlines()

    assert max(map(len, lines)) <= 80
    for name in (*METHODS, *(one.name for one in REPLACEMENTS), *(row[0] for row in gates(report))):
        assert any(name in line for line in lines), name


def test_a_method_without_false_inflections_causes_no_division_by_zero(report: Report) -> None:
    assert fewer(report.usual, LIFETIME).startswith("none, compared with ")


def test_the_json_is_for_programs(report: Report) -> None:
    fields = json.loads(as_json(report))

    assert fields["synthetic"] is True
    assert fields["command"] == command(PLAN)
    assert fields["plan"] == {"statements": 12, "years": 2, "seed": 3}
    assert [world["name"] for world in fields["worlds"]] == [world.name for world in WORLDS]
    assert fields["worlds"][0]["panels"]["gained_points"] == pytest.approx(report.usual.panels.gained)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_of_every_kind(report: Report, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"report{suffix}"

    draw(report, file)

    assert file.read_bytes().startswith(MAGIC[suffix])
    assert file.stat().st_size > 10_000


@pytest.mark.parametrize(("name", "problem"), [("report.bmp", ".svg, .png, .pdf"), ("nowhere/report.png", "no folder")])
def test_a_picture_that_cannot_be_drawn_is_refused_before_the_work_begins(
    tmp_path: Path, name: str, problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        check(tmp_path / name)


@pytest.mark.slow
async def test_the_command(tmp_path: Path) -> None:
    done = await court(
        tmp_path, "simulate", "--statements", "4", "--years", "1", "--seed", "9", "--json", "--picture", "it.svg"
    )

    assert done.code == 0, done.err
    assert json.loads(done.out)["command"] == "court simulate --statements 4 --years 1 --seed 9"
    assert ET.parse(tmp_path / "it.svg").getroot().tag.endswith("svg")


@pytest.mark.slow
async def test_a_wrong_suffix_is_one_line(tmp_path: Path) -> None:
    done = await court(tmp_path, "simulate", "--picture", "it.jpeg")

    assert done.code == 2
    assert done.out == ""
    assert "“it.jpeg”" in done.err
    assert len(done.err.splitlines()) == 1
