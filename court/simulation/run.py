"""A whole simulation: cut into pieces that can be worked off side by side, and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from court.simulation.experiments import REPLACEMENTS, Compared, Replaced, compare, replace_jury
from court.simulation.report import (
    ReplacementResults,
    WorldResults,
    replacement_results,
    world_results,
)
from court.simulation.worlds import USUAL, WORLDS

SLICE = 10
"""Statements that are worked off in one go."""
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: so many statements in the usual world over so many years, a quarter in the others."""

    statements: int = 1000
    years: int = 2
    seed: int = 1

    @property
    def fewer(self) -> int:
        """Statements of the worlds and juries that are there for comparison."""
        return max(self.statements // 4, 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A few statements of one experiment: a world's, or those of a replaced jury."""

    plan: Plan
    experiment: str
    start: int
    stop: int

    @property
    def statements(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a piece."""

    piece: Piece
    compared: Compared | None = None
    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All figures. They are of synthetic jurors, and of nothing else."""

    plan: Plan
    worlds: tuple[WorldResults, ...]
    replacements: tuple[ReplacementResults, ...]

    @property
    def usual(self) -> WorldResults:
        return self.worlds[0]


def pieces(plan: Plan) -> Iterator[Piece]:
    """Everything that is to be worked off, the usual world first."""
    for name, statements in _experiments(plan).items():
        for start in range(0, statements, SLICE):
            yield Piece(plan, name, start, min(start + SLICE, statements))


def work_off(piece: Piece) -> Result:
    """Simulate a piece. What comes of a statement hangs on the seed and its number, not on the cut."""
    numbers, plan = range(piece.start, piece.stop), piece.plan
    for world in WORLDS:
        if world.name == piece.experiment:
            return Result(piece, compare(world, plan.seed, numbers, plan.years * DAYS_A_YEAR))
    replacement = next(one for one in REPLACEMENTS if one.name == piece.experiment)
    return Result(piece, replaced=tuple(replace_jury(replacement, plan.seed, numbers)))


def report(plan: Plan, results: Iterable[Result]) -> Report:
    """Put the results of all pieces together, in whatever order they come."""
    worlds: dict[str, Compared] = {world.name: Compared() for world in WORLDS}
    replaced: dict[str, list[Replaced]] = {replacement.name: [] for replacement in REPLACEMENTS}
    for result in sorted(results, key=lambda result: result.piece.start):
        if result.compared is not None:
            worlds[result.piece.experiment] += result.compared
        else:
            replaced[result.piece.experiment] += result.replaced
    return Report(
        plan,
        tuple(world_results(name, compared, plan.years) for name, compared in worlds.items()),
        tuple(replacement_results(name, ones) for name, ones in replaced.items()),
    )


def _experiments(plan: Plan) -> dict[str, int]:
    worlds = {world.name: plan.statements if world is USUAL else plan.fewer for world in WORLDS}
    return worlds | {replacement.name: plan.fewer for replacement in REPLACEMENTS}
