"""Draws the results of a simulation as a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from bot.cli.simulate import command
from court.errors import ConfigurationError
from court.simulation.experiments import BLIND, FIRST, LATEST, LIFETIME, OURS, STRICT
from court.simulation.report import IN_TIME, SHOWN, CalibrationResults, PanelResults, ReplacementResults, WorldResults
from court.simulation.run import Report

SUFFIXES = (".svg", ".png", ".pdf")
PIXELS_PER_INCH = 200
_TEMPLATE = Path(__file__).with_name("simulation_picture.typ")
TIED = 1 / 4
"""The share of each of four evenly tied ballots: the left edge of the curves."""
_KINDS = {OURS: "ours", LATEST: "latest"}


def check(file: Path) -> None:
    """Check that a picture can be drawn to `file`, before the long work begins.

    Raises:
        ConfigurationError: when the suffix is not one of `SUFFIXES`, or the folder does not exist.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise ConfigurationError(f"--picture: “{file.name}” must end in one of {', '.join(SUFFIXES)}")
    if not file.parent.is_dir():
        raise ConfigurationError(f"--picture: there is no folder {file.parent}; create it or name another one")


def draw(results: Report, file: Path) -> None:
    """Draw the results as SVG, PNG or PDF, depending on the file's suffix."""
    check(file)
    typst.compile(
        str(_TEMPLATE),
        output=str(file),
        ppi=PIXELS_PER_INCH,
        ignore_system_fonts=True,
        sys_inputs={"results": json.dumps(_data(results), ensure_ascii=False)},
    )


def _data(results: Report) -> dict[str, Any]:
    usual, panels = results.usual, results.usual.panels
    methods = [(usual.method(name), _KINDS.get(name, "other")) for name in (LATEST, LIFETIME, FIRST, OURS)]
    return {
        "statements": f"{usual.statements:,}",
        "years": str(results.plan.years),
        "accuracy": f"{usual.accuracy:.0%}",
        "command": command(results.plan),
        "false": [
            {
                "name": method.name,
                "kind": kind,
                "value": method.false_per_year,
                "label": f"{method.false_per_year:.3f}" if method.false else "0",
            }
            for method, kind in methods
        ],
        "worlds-head": ["world", "ballots right", "latest plurality", "the court", f"found in {IN_TIME}", "captured"],
        "worlds": [_world(world) for world in results.worlds],
        "found": [
            {
                "name": method.name,
                "kind": kind,
                "below": method.name == OURS,
                "points": [[0, 0], *([n / SHOWN, share] for n, share in enumerate(method.found_by, start=1))],
            }
            for method, kind in methods
            if method.name != FIRST
        ],
        "curves": _curves(panels),
        "splits": [
            {"value": f"{value:.0%}", "body": f"mean panel confidence when a full panel votes {split}"}
            for split, value in panels.splits.items()
        ],
        "gained": f"{panels.gained:+.1f} points",
        "gained-body": f"verdicts for an attacker who controls one juror of five: {panels.captured:.1%}; without that "
        f"juror {panels.fair:.1%}",
        "juries": _juries(results.replacements),
    }


def _world(world: WorldResults) -> list[str]:
    ours, latest = world.method(OURS), world.method(LATEST)
    false = (f"{method.false_per_year:.3f}" for method in (latest, ours))
    return [
        world.name,
        f"{world.accuracy:.0%}",
        *false,
        f"{ours.found_in_time or 0:.0%}",
        f"{world.panels.gained:+.1f}",
    ]


def _curves(panels: PanelResults) -> list[dict[str, Any]]:
    def curve(name: str, kind: str, calibration: CalibrationResults) -> dict[str, Any]:
        points = [
            [stated, right, told / panels.verdicts] for stated, right, told in calibration.curve if stated >= TIED
        ]
        return {"name": f"{name} · calibration error {calibration.ece:.3f}", "kind": kind, "points": points}

    return [
        curve("as first designed", "other", panels.plain),
        curve("share of the ballots", "share", panels.share),
        curve("panel confidence", "ours", panels.confidence),
    ]


def _juries(replacements: tuple[ReplacementResults, ...]) -> list[dict[str, Any]]:
    named = {one.name: one for one in replacements}
    strict, blind = named[STRICT], named[BLIND]
    return [
        {
            "value": f"{one.inflections:.1f}",
            "good": good,
            "body": f"false inflections per 100 statements after a stricter jury takes over, {how}",
        }
        for one, good, how in ((strict, True, "with a bridge hearing"), (blind, False, "without one"))
    ]
