"""Synthetic statements with a true answer that the court cannot see, and synthetic jurors who err about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random
from statistics import NormalDist

from court.counting.verdicts import count
from court.jury.panels import SEED_BITS, draw_panel
from court.models import Ballot, Count, ModelRef, Opinion, Outcome
from court.simulation.worlds import World

OPENING = datetime(2026, 1, 5, 12, tzinfo=UTC)
SETTLING_DAYS = 182
"""No true answer changes in the first half year, because a change needs something to change from."""
FOLLOWING_DAYS = 140
"""Nor in the last twenty weeks, so that each change can be followed."""


FORMER, NEW = "0", "1"
"""The names of the two juries. The models of each have its name as theirs."""

Heard = tuple[tuple[Opinion, ...], Count]
"""What a panel said, and the count."""


@dataclass(frozen=True, slots=True)
class Swap:
    """Another jury takes over on `day`.

    `stricter` is the share of its models that hold one step less than they otherwise would.
    """

    day: int
    stricter: float = 0.0
    former_answers: bool = True
    """Whether the former jury can still be asked."""
    aliases: int | None = None
    """If set, so many models are replaced behind their names, which stay. Their answers tell it, if anybody looks."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What one model holds on one statement, and the log-odds of its stated confidence."""

    ballot: Ballot
    sureness: float


@dataclass(frozen=True, slots=True)
class Wave:
    """From day `start` to day `end`, something misleads the jury towards `ballot`."""

    start: float
    end: float
    ballot: Ballot


class Statement:
    """One synthetic statement over `days`, and what every model says about it on any day.

    The same seed gives the same statement, and the same panel gives the same answers on the same day
    to every method, so methods are compared on the same hearings.
    """

    def __init__(self, world: World, days: int, seed: str, swap: Swap | None = None) -> None:
        self.world = world
        self.swap = swap
        self.days = days
        self.seed = seed
        chance = chance_of(seed)
        self.truth: Ballot = chance.choice(list(Ballot))
        self.after: Ballot = self.truth
        self.changes: int | None = None
        if chance.random() < world.changing:
            self.changes = chance.randint(SETTLING_DAYS, max(days - FOLLOWING_DAYS, SETTLING_DAYS))
            self.after = _another(self.truth, chance)
        self.difficulty = chance.gauss(0, world.difficulty)
        self.lure = _another(self.truth, chance)
        """The most common wrong answer. Once the truth has changed, it is the former truth."""
        self.waves = self._waves(chance)
        replaced = world.models if swap is None or swap.aliases is None else swap.aliases
        self._pools = [
            [ModelRef(f"synthetic-{model}", str(int(jury and model < replaced))) for model in range(world.models)]
            for jury in range(2)
        ]
        self._heard: dict[tuple[int, str, frozenset[ModelRef]], Heard] = {}
        self._juries = [self._jury(chance, 0.0)]
        if swap is not None:
            self._juries.append(self._jury(chance, swap.stricter))

    def true_on(self, day: float) -> Ballot:
        return self.truth if self.changes is None or day < self.changes else self.after

    def lure_on(self, day: float) -> Ballot:
        """Return the wrong answer that is most likely to be given."""
        return self.lure if self.changes is None or day < self.changes else self.truth

    @property
    def former_answers(self) -> bool:
        return self.swap is not None and self.swap.former_answers

    @property
    def plain(self) -> bool:
        """Whether most models of the first jury see the truth, both before its change and after."""
        half = self.world.models / 2
        before = sum(1 for belief, _, _ in self._juries[0] if belief.ballot is self.truth)
        since = sum(1 for _, belief, _ in self._juries[0] if belief.ballot is self.after)
        return before > half and since > half

    @property
    def by_alias(self) -> bool:
        """Whether a replaced model keeps its name, so that only its answers can tell."""
        return self.swap is not None and self.swap.aliases is not None

    def fingerprint(self, day: float) -> str:
        """Return the name of the jury by what the host configured."""
        return FORMER if self.by_alias else str(self._jury_index(day))

    def today(self, sat: Iterable[ModelRef], day: float) -> tuple[ModelRef, ...]:
        """Return the models that have the names of those who sat."""
        named = {ref.provider: ref for ref in self._pools[self._jury_index(day)]}
        return tuple(named[ref.provider] for ref in sat) if self.by_alias else tuple(sat)

    def hear(self, day: int, purpose: str, avoid: frozenset[ModelRef] = frozenset()) -> Heard:
        """Draw a panel by the court's own draw, ask it and count. The result is kept for the next method."""
        key = day, purpose, avoid
        if key not in self._heard:
            pool = self._pools[self._jury_index(day)]
            seed = chance_of(f"{self.seed}/{day}/{purpose}").getrandbits(SEED_BITS)
            opinions = self.ask(day, purpose, draw_panel(pool, self.world.seats, seed, avoid).panel)
            self._heard[key] = opinions, count(opinions)
        return self._heard[key]

    def ask(self, day: int, purpose: str, panel: tuple[ModelRef, ...]) -> tuple[Opinion, ...]:
        """Return what the seats of a panel say on a day."""
        chance = chance_of(f"{self.seed}/{day}/{purpose}/{panel[0].model}")
        wave = next((wave for wave in self.waves if wave.start <= day < wave.end), None)
        return tuple(self._opinion(seat, ref, day, wave, chance) for seat, ref in enumerate(panel, start=1))

    def _opinion(self, seat: int, ref: ModelRef, day: int, wave: Wave | None, chance: Random) -> Opinion:
        if chance.random() < self.world.silence:
            return Opinion(seat, ref, Outcome.ABSTAINED)
        before, since, notices = self._juries[int(ref.model)][int(ref.provider.rpartition("-")[2])]
        belief = since if day >= notices else before
        ballot = belief.ballot
        if wave is not None and chance.random() < self.world.sway:
            ballot = wave.ballot
        elif chance.random() < self.world.slip:
            ballot = _another(ballot, chance)
        return Opinion(seat, ref, Outcome.BALLOT, ballot, _logistic(belief.sureness + chance.gauss(0, 0.2)))

    def _jury_index(self, day: float) -> int:
        return int(self.swap is not None and day >= self.swap.day)

    def _jury(self, chance: Random, stricter: float) -> list[tuple[Belief, Belief, float]]:
        jury = []
        for model in range(self.world.models):
            shift = self.difficulty - self._skill(model)
            strict = chance.random() < stricter
            notices = self.days + 1.0 if self.changes is None else self.changes + chance.expovariate(1 / self.world.lag)
            before = self._belief(self.truth, self.lure, shift, strict, chance)
            jury.append((before, self._belief(self.after, self.truth, shift, strict, chance), notices))
        return jury

    def _skill(self, model: int) -> float:
        """Return the skill of a model. Every jury has the same spread: some models are better at every statement."""
        return self.world.skill * NormalDist().inv_cdf((model + 0.5) / self.world.models)

    def _belief(self, truth: Ballot, lure: Ballot, shift: float, strict: bool, chance: Random) -> Belief:
        odds = log(self.world.error / (1 - self.world.error)) + shift
        held = truth
        if chance.random() < _logistic(odds):
            herded = lure is not truth and chance.random() < self.world.herding
            held = lure if herded else _another(truth, chance)
        if strict:
            held = list(Ballot)[min(list(Ballot).index(held) + 1, len(Ballot) - 1)]
        return Belief(held, self.world.optimism - self.world.insight * odds + chance.gauss(0, 0.5))

    def _waves(self, chance: Random) -> list[Wave]:
        waves, day = [], 0.0
        while self.world.waves and (day := day + chance.expovariate(self.world.waves / 365)) < self.days:
            waves.append(Wave(day, day + chance.expovariate(1 / self.world.wave_days), chance.choice(list(Ballot))))
        return waves


def moment(day: float) -> datetime:
    return OPENING + timedelta(days=day)


def chance_of(seed: str) -> Random:
    """Return a random generator that repeats itself for the same seed. Synthetic jurors have no secrets to protect."""
    return Random(seed)  # noqa: S311


def _another(ballot: Ballot, chance: Random) -> Ballot:
    return chance.choice([other for other in Ballot if other is not ballot])


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds))
