"""A jury that is drawn to the first answer put to it, with the order of the answers fixed and with the court's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from court.counting.verdicts import count
from court.jury.orders import order_for
from court.jury.panels import SEED_BITS
from court.models import Ballot, Opinion
from court.simulation.synthetic import Statement, chance_of
from court.simulation.worlds import USUAL

ORDER = "the order of the answers"
"""The name of the experiment."""

PULL = 0.2
"""How often a juror casts the first answer that was put to it, whatever it holds."""

SESSIONS = 4
"""Hearings of each statement."""


@dataclass(slots=True)
class OrderCounts:
    """How often each answer was found: by jurors without a bias, and by those with one in two arrangements."""

    hearings: int = 0
    unbiased: Counter[Ballot] = field(default_factory=Counter)
    fixed: Counter[Ballot] = field(default_factory=Counter)
    """Every juror is given the order of the tally."""
    permuted: Counter[Ballot] = field(default_factory=Counter)
    """Every seat is given an order of its own, as the court does."""

    def __iadd__(self, other: OrderCounts) -> OrderCounts:
        self.hearings += other.hearings
        self.unbiased += other.unbiased
        self.fixed += other.fixed
        self.permuted += other.permuted
        return self


@dataclass(frozen=True, slots=True)
class OrderResults:
    """What the order did, in percentage points of the hearings that had a verdict.

    Each is the most that any answer was found more often, or less often, than by unbiased jurors.
    """

    hearings: int
    fixed: float
    permuted: float


def count_orders(seed: int, numbers: Iterable[int]) -> OrderCounts:
    """Hear statements whose truth is any of the four answers equally often, in every arrangement."""
    world, counts = replace(USUAL, changing=0.0), OrderCounts()
    for number in numbers:
        statement = Statement(world, SESSIONS, f"{seed}/order/{number // len(Ballot)}", truth=_truth(number))
        for day in range(SESSIONS):
            opinions, counted = statement.hear(day, "routine")
            counts.hearings += 1
            _add(counts.unbiased, counted.verdict)
            chance_seed = f"{statement.seed}/{number}/{day}"
            hearing_seed = chance_of(chance_seed).getrandbits(SEED_BITS)
            _add(counts.fixed, count(_pulled(opinions, chance_seed, None)).verdict)
            _add(counts.permuted, count(_pulled(opinions, chance_seed, hearing_seed)).verdict)
    return counts


def order_results(counts: OrderCounts) -> OrderResults:
    """Sum up how far each arrangement was from unbiased jurors."""
    fixed, permuted = (_points(found, counts.unbiased) for found in (counts.fixed, counts.permuted))
    return OrderResults(counts.hearings, fixed, permuted)


def _truth(number: int) -> Ballot:
    return list(Ballot)[number % len(Ballot)]


def _add(found: Counter[Ballot], verdict: Ballot | None) -> None:
    if verdict is not None:
        found[verdict] += 1


def _pulled(opinions: Iterable[Opinion], chance_seed: str, hearing_seed: int | None) -> list[Opinion]:
    """Return what the jurors say if some take the first answer. The same ones do in every arrangement."""
    chance = chance_of(f"{chance_seed}/pull")
    pulled = []
    for opinion in opinions:
        taken = chance.random() < PULL and opinion.ballot is not None
        order = tuple(Ballot) if hearing_seed is None else order_for(hearing_seed, opinion.seat)
        pulled.append(replace(opinion, ballot=order[0]) if taken else opinion)
    return pulled


def _points(found: Counter[Ballot], unbiased: Counter[Ballot]) -> float:
    """Return the largest difference between the shares of an answer."""
    return max(100 * abs(_share(found, ballot) - _share(unbiased, ballot)) for ballot in Ballot)


def _share(found: Counter[Ballot], ballot: Ballot) -> float:
    return found[ballot] / found.total() if found.total() else 0.0
