"""Changes of what the court holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.models.ballots import Ballot


class TurnKind(StrEnum):
    """Why a new term began."""

    INFLECTION = "inflection"
    """A change of standing that a retrial, or both juries of a bridge, confirmed."""
    JURY_CHANGED = "jury changed"
    """The new jury holds something other than the former one did: this says nothing about AI."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The end of one term and the beginning of the next."""

    kind: TurnKind
    session: int
    """The session that decided it: the retrial, or the bridge."""
    began: int
    """The first session of the new term: the change is counted from there."""
    before: Ballot
    after: Ballot
    at: datetime
