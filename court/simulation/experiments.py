"""The experiments: methods compared in several worlds, and a jury that is replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from court.counting.terms import Rule
from court.models import TurnKind
from court.simulation.calibration import PanelScores
from court.simulation.methods import Court, LatestPlurality, Lifetime, Method
from court.simulation.synthetic import OPENING, Statement, Swap
from court.simulation.trials import WEEK, Followed, follow, hearings_of
from court.simulation.worlds import USUAL, World

AS_FIRST_DESIGNED = Rule(difference=0.0, dismissed=0.0)
"""The detector before it was simulated: every drift that reached the alarm went to a retrial."""
ATTACK_EVERY = 4
"""One hearing in this many is attacked. Counting each one twice would tell no more."""

METHODS: dict[str, tuple[type[Method], tuple[Rule, ...], int | None]] = {
    "latest plurality": (LatestPlurality, (), WEEK),
    "lifetime 80 %": (Lifetime, (), WEEK),
    "as first designed": (Court, (AS_FIRST_DESIGNED,), WEEK),
    "the court": (Court, (), WEEK),
    "the court, own cadence": (Court, (), None),
}
LATEST, LIFETIME, FIRST, OURS, OWN_CADENCE = METHODS


@dataclass(slots=True)
class Compared:
    """What the methods reported on some statements of one world."""

    followed: dict[str, list[Followed]] = field(default_factory=lambda: {name: [] for name in METHODS})
    panels: PanelScores = field(default_factory=PanelScores)

    def __iadd__(self, other: Compared) -> Compared:
        for name, followed in other.followed.items():
            self.followed[name] += followed
        self.panels += other.panels
        return self


def compare(world: World, seed: int, numbers: Iterable[int], days: int) -> Compared:
    """Follow the statements with these numbers by every method, over the same hearings."""
    compared = Compared()
    for number in numbers:
        statement = Statement(world, days, f"{seed}/{world.name}/{number}")
        for name, (method, rules, interval) in METHODS.items():
            compared.followed[name].append(follow(statement, method(*rules), interval))
        for week, (day, hearing, _) in enumerate(hearings_of(statement, LatestPlurality())):
            compared.panels.add(statement, day, hearing)
            if week % ATTACK_EVERY == 0:
                compared.panels.attack(statement, day, hearing)
    return compared


SWAP_DAY = 182
SWAP_DAYS = 546
"""Half a year with the first jury and a year with the second."""
STRICTER = 0.8
FEW_ALIASES = 4
"""As many models as the default jurors whose names float."""
STRICT, BLIND = "a stricter jury", "a stricter jury, and no bridge"


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a jury is replaced, and whether the court notices. No true answer changes."""

    name: str
    swap: Swap
    bridges: bool = True


def _behind_aliases(models: int, *, former_answers: bool = True) -> Swap:
    return Swap(SWAP_DAY, STRICTER, former_answers, models)


REPLACEMENTS = (
    Replacement("another jury of the same kind", Swap(SWAP_DAY)),
    Replacement(STRICT, Swap(SWAP_DAY, STRICTER)),
    Replacement("a stricter jury, the former one gone", Swap(SWAP_DAY, STRICTER, former_answers=False)),
    Replacement(BLIND, Swap(SWAP_DAY, STRICTER), bridges=False),
    Replacement("4 of 9 aliases move, names seen", _behind_aliases(FEW_ALIASES)),
    Replacement("4 of 9 aliases move, not seen", _behind_aliases(FEW_ALIASES), bridges=False),
    Replacement("all aliases move, names seen", _behind_aliases(USUAL.models)),
    Replacement("… and the former models gone", _behind_aliases(USUAL.models, former_answers=False)),
    Replacement("all aliases move, not seen", _behind_aliases(USUAL.models), bridges=False),
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the court reported on one statement after its jury was replaced."""

    inflections: int
    notices: int
    first_notice: float | None
    """Days from the replacement of the jury to the first notice."""


def replace_jury(replacement: Replacement, seed: int, numbers: Iterable[int]) -> list[Replaced]:
    """Follow statements whose true answer never changes, but whose jury does."""
    world = replace(USUAL, changing=0.0)
    return [_replaced(Statement(world, SWAP_DAYS, f"{seed}/jury/{n}", replacement.swap), replacement) for n in numbers]


def _replaced(statement: Statement, replacement: Replacement) -> Replaced:
    court = Court()
    for _ in hearings_of(statement, court, bridges=replacement.bridges):
        pass
    turns = [(turn.kind, (turn.at - OPENING).days - SWAP_DAY) for turn in court.course.turns]
    notices = [day for kind, day in turns if kind is TurnKind.JURY_CHANGED]
    inflections = sum(1 for kind, day in turns if kind is TurnKind.INFLECTION and day >= 0)
    return Replaced(inflections, len(notices), notices[0] if notices else None)
