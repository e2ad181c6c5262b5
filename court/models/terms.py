"""How what the court holds has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.models.ballots import Ballot


class TurnKind(StrEnum):
    """Why a new term began."""

    INFLECTION = "inflection"
    """A change of standing that a retrial by other jurors confirmed."""
    JURY_CHANGED = "jury changed"
    """The new jury holds otherwise than the former one did on the same day: nothing is said of AI."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The end of one term and the beginning of the next."""

    kind: TurnKind
    session: int
    """The session that decided it: the retrial, or the bridge."""
    began: int
    """The first session of the new term, from which the change is counted."""
    before: Ballot
    after: Ballot
    at: datetime
