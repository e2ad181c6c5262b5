"""A whole simulation, cut into pieces that can run side by side, and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from court.simulation.experiments import REPLACEMENTS, Compared, Replaced, compare, replace_jury
from court.simulation.orders import ORDER, OrderCounts, OrderResults, count_orders, order_results
from court.simulation.report import (
    ReplacementResults,
    WorldResults,
    replacement_results,
    world_results,
)
from court.simulation.worlds import USUAL, WORLDS

SLICE = 10
"""Statements per piece."""
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: `statements` in the usual world and a quarter as many in the others, each over `years`."""

    statements: int = 1000
    years: int = 2
    seed: int = 1

    @property
    def fewer(self) -> int:
        """The number of statements in the worlds and for the juries that are there for comparison."""
        return max(self.statements // 4, 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A few statements of one experiment: of a world, of a replaced jury, or of the order of the answers."""

    plan: Plan
    experiment: str
    start: int
    stop: int

    @property
    def statements(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a piece."""

    piece: Piece
    compared: Compared | None = None
    replaced: tuple[Replaced, ...] = ()
    order: OrderCounts | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All results. They are about synthetic jurors and nothing else."""

    plan: Plan
    worlds: tuple[WorldResults, ...]
    replacements: tuple[ReplacementResults, ...]
    order: OrderResults

    @property
    def usual(self) -> WorldResults:
        return self.worlds[0]


def pieces(plan: Plan) -> Iterator[Piece]:
    """Yield all pieces of a plan, those of the usual world first."""
    for name, statements in _experiments(plan).items():
        for start in range(0, statements, SLICE):
            yield Piece(plan, name, start, min(start + SLICE, statements))


def work_off(piece: Piece) -> Result:
    """Simulate a piece. The result of a statement depends on the seed and its number, not on how the plan is cut."""
    numbers, plan = range(piece.start, piece.stop), piece.plan
    for world in WORLDS:
        if world.name == piece.experiment:
            return Result(piece, compare(world, plan.seed, numbers, plan.years * DAYS_A_YEAR))
    if piece.experiment == ORDER:
        return Result(piece, order=count_orders(plan.seed, numbers))
    replacement = next(one for one in REPLACEMENTS if one.name == piece.experiment)
    return Result(piece, replaced=tuple(replace_jury(replacement, plan.seed, numbers)))


def report(plan: Plan, results: Iterable[Result]) -> Report:
    """Put the results of all pieces together, whatever their order."""
    worlds: dict[str, Compared] = {world.name: Compared() for world in WORLDS}
    replaced: dict[str, list[Replaced]] = {replacement.name: [] for replacement in REPLACEMENTS}
    order = OrderCounts()
    for result in sorted(results, key=lambda result: result.piece.start):
        if result.compared is not None:
            worlds[result.piece.experiment] += result.compared
        elif result.order is not None:
            order += result.order
        else:
            replaced[result.piece.experiment] += result.replaced
    return Report(
        plan,
        tuple(world_results(name, compared, plan.years) for name, compared in worlds.items()),
        tuple(replacement_results(name, ones) for name, ones in replaced.items()),
        order_results(order),
    )


def _experiments(plan: Plan) -> dict[str, int]:
    worlds = {world.name: plan.statements if world is USUAL else plan.fewer for world in WORLDS}
    return worlds | {ORDER: plan.statements} | {replacement.name: plan.fewer for replacement in REPLACEMENTS}
