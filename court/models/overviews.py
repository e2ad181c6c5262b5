"""What the card of a case shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from court.models.ballots import AudienceTally, Ballot, Standing
from court.models.cases import Case
from court.models.counts import Emergence
from court.models.evidence import Background
from court.models.hearings import Hearing
from court.models.terms import Turn


@dataclass(frozen=True, slots=True)
class CaseOverview:
    """Everything that a card shows about one case.

    `hearing` is the session that the card is about, or None before the first; `history` holds the last
    sessions up to and including it, oldest first.
    """

    case: Case
    hearing: Hearing | None
    history: tuple[Hearing, ...]
    standing: Standing
    audience: AudienceTally
    background: Background | None = None
    """The research behind `hearing`."""
    turn: Turn | None = None
    """The turn that `hearing` decided, if a term ended with it."""
    emergence: Emergence | None = None
    """When the ability emerged, if `hearing` found YES and a juror named a month."""
    heard_again_at: datetime | None = None
    """When the case is heard again, if all its sessions so far were mistrials."""
    former_verdict: Ballot | None = None
    """The verdict of the former jury, if `hearing` was a bridge and that jury reached one."""
