"""What a card shows."""

from __future__ import annotations

from dataclasses import dataclass

from court.models.ballots import AudienceTally, Standing
from court.models.cases import Case
from court.models.evidence import Background
from court.models.hearings import Hearing
from court.models.terms import Turn


@dataclass(frozen=True, slots=True)
class CaseOverview:
    """Everything a card shows of one case.

    `hearing` is the session that the card is about, none before the first; `history` the last
    sessions up to and with it, oldest first.
    """

    case: Case
    hearing: Hearing | None
    history: tuple[Hearing, ...]
    standing: Standing
    audience: AudienceTally
    background: Background | None = None
    """The research behind `hearing`."""
    turn: Turn | None = None
    """What `hearing` decided, where a term ended with it."""
