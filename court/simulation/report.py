"""The results of a simulation, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from court.simulation.calibration import Calibration, PanelScores
from court.simulation.experiments import Compared, Replaced
from court.simulation.trials import Followed

IN_TIME = 13
"""Hearings within which a true change should be found: a quarter of a year, at one a week."""
SHOWN = 26
"""Hearings after a change that the chart shows."""
SPLITS = ("5–0", "4–1", "3–2")


@dataclass(frozen=True, slots=True)
class MethodResults:
    """One method in one world. Shares are 0–1; a result is None if there is nothing to compute it from."""

    name: str
    false: int
    """Inflections reported that were none."""
    false_per_year: float
    """The same, per statement and year."""
    changes: int
    found_in_time: float | None
    """The share found within `IN_TIME` hearings, retrials included."""
    found: float | None
    plain_found_in_time: float | None
    """The same, for the changes that most models of the pool see."""
    median_hearings: float | None
    """From the change until it was reported, over those found."""
    median_days: float | None
    hearings_per_year: float
    retrials_per_year: float
    found_by: tuple[float, ...]
    """The share found within 1, 2, 3 … hearings."""


@dataclass(frozen=True, slots=True)
class CalibrationResults:
    """Expected calibration error over ten bins of equal width, Brier score, and the bins that hold any verdict."""

    ece: float
    brier: float
    curve: tuple[tuple[float, float, int], ...]
    """Mean stated, share right, number of verdicts."""


@dataclass(frozen=True, slots=True)
class PanelResults:
    """How good the count of a hearing is."""

    verdicts: int
    confidence: CalibrationResults
    plain: CalibrationResults
    """By the pool as first designed."""
    share: CalibrationResults
    """By the share of the ballots."""
    splits: dict[str, float]
    """The mean panel confidence of a full panel, by split."""
    attacked: int
    fair: float
    """The share of hearings that find what an attacker wants, without a captured juror."""
    captured: float
    """The same with one captured juror."""
    first_gained: float
    """What the captured juror would gain by the pool as first designed, in percentage points."""

    @property
    def gained(self) -> float:
        """What the captured juror gains, in percentage points."""
        return 100 * (self.captured - self.fair)


@dataclass(frozen=True, slots=True)
class WorldResults:
    """All methods in one world; `accuracy` is that of a single ballot, `stated` the mean confidence of a juror."""

    name: str
    statements: int
    accuracy: float
    stated: float
    methods: tuple[MethodResults, ...]
    panels: PanelResults
    """Over its routine hearings."""

    def method(self, name: str) -> MethodResults:
        return next(method for method in self.methods if method.name == name)


@dataclass(frozen=True, slots=True)
class ReplacementResults:
    """What was reported in the year after a jury was replaced, per 100 statements."""

    name: str
    statements: int
    inflections: float
    notices: float
    median_days: float | None
    """From the replacement to the first notice."""


def method_results(name: str, followed: Sequence[Followed], years: float) -> MethodResults:
    """Sum up what one method reported on all statements of a world, each followed for `years`."""
    changed = [one for one in followed if one.changed]
    delays = [one.delay for one in changed if one.delay is not None]
    days = [one.days for one in changed if one.days is not None]
    total = len(followed) * years

    return MethodResults(
        name=name,
        false=sum(one.false for one in followed),
        false_per_year=sum(one.false for one in followed) / total,
        changes=len(changed),
        found_in_time=_within(IN_TIME, changed),
        found=_within(None, changed),
        plain_found_in_time=_within(IN_TIME, [one for one in changed if one.plain]),
        median_hearings=median(delays) if delays else None,
        median_days=median(days) if days else None,
        hearings_per_year=sum(one.hearings for one in followed) / total,
        retrials_per_year=sum(one.retrials for one in followed) / total,
        found_by=tuple(_within(hearings, changed) or 0.0 for hearings in range(1, SHOWN + 1)),
    )


def _within(hearings: int | None, changed: Sequence[Followed]) -> float | None:
    """Return the share of changes that were reported within `hearings`, or ever if that is None."""
    if not changed:
        return None
    delays = [one.delay for one in changed if one.delay is not None]
    return sum(1 for delay in delays if hearings is None or delay <= hearings) / len(changed)


def world_results(name: str, compared: Compared, years: float) -> WorldResults:
    """Sum up all methods and the panels of a world."""
    panels = compared.panels
    methods = tuple(method_results(method, followed, years) for method, followed in compared.followed.items())
    statements = len(next(iter(compared.followed.values())))
    right, stated = panels.right / panels.ballots, panels.stated / panels.ballots
    return WorldResults(name, statements, right, stated, methods, panel_results(panels))


def panel_results(panels: PanelScores) -> PanelResults:
    """Sum up the counts of a world's routine hearings."""
    return PanelResults(
        verdicts=sum(panels.confidence.verdicts),
        confidence=_calibration(panels.confidence),
        plain=_calibration(panels.plain),
        share=_calibration(panels.share),
        splits={
            split: panels.split_confidence[split] / panels.splits[split] for split in SPLITS if panels.splits[split]
        },
        attacked=panels.attacked,
        fair=panels.fair / panels.attacked,
        captured=panels.captured / panels.attacked,
        first_gained=100 * (panels.first_captured - panels.first_fair) / panels.attacked,
    )


def replacement_results(name: str, replaced: Sequence[Replaced]) -> ReplacementResults:
    """Sum up what was reported after a jury was replaced."""
    days = [one.first_notice for one in replaced if one.first_notice is not None]
    per = 100 / len(replaced)
    return ReplacementResults(
        name,
        len(replaced),
        per * sum(one.inflections for one in replaced),
        per * sum(one.notices for one in replaced),
        median(days) if days else None,
    )


def _calibration(calibration: Calibration) -> CalibrationResults:
    return CalibrationResults(calibration.ece, calibration.brier, tuple(calibration.curve))
