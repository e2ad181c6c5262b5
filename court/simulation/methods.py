"""Ways to follow what a jury holds. Each hears the same hearings, and says when it would report a change."""

from __future__ import annotations

from typing import Protocol

from court.counting.standing import plurality, standing
from court.counting.terms import RULE, Course, Rule, step
from court.models import Ballot, Hearing, Holding, Tally, TurnKind


class Method(Protocol):
    """Follows one statement."""

    def hear(self, hearing: Hearing) -> Ballot | None:
        """Take in a hearing. Return the new answer if the method would report a change, else None."""
        ...

    @property
    def course(self) -> Course:
        """Needed for the cadence: a pending alarm calls for a retrial."""
        ...


class LatestPlurality:
    """Holds the answer with the most ballots in the latest hearing; a tie changes nothing."""

    course = Course()

    def __init__(self) -> None:
        self._held: Ballot | None = None

    def hear(self, hearing: Hearing) -> Ballot | None:
        leaders = plurality(hearing.tally)
        if not hearing.tallied or len(leaders) > 1 or leaders[0] is self._held:
            return None
        before, self._held = self._held, leaders[0]
        return None if before is None else self._held


class Lifetime:
    """Holds the answer with 80 % of all ballots ever cast; a dispute between two answers is not reported."""

    course = Course()

    def __init__(self) -> None:
        self._held: Ballot | None = None
        self._tally = Tally()

    def hear(self, hearing: Hearing) -> Ballot | None:
        if hearing.tallied:
            self._tally += hearing.tally
        holding = standing(self._tally).holding
        if holding in {Holding.DISPUTED, Holding.UNHEARD} or holding.value == self._held:
            return None
        before, self._held = self._held, Ballot(holding.value)
        return None if before is None else self._held


class Court:
    """The court's own rules, or with another `Rule`, what they would have been."""

    def __init__(self, rule: Rule = RULE) -> None:
        self._rule = rule
        self.course = Course()

    def hear(self, hearing: Hearing) -> Ballot | None:
        turns = len(self.course.turns)
        self.course = step(self.course, hearing, self._rule)
        new = self.course.turns[turns:]
        return new[0].after if new and new[0].kind is TurnKind.INFLECTION else None
