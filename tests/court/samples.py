"""Sample cases, seats and sessions, and the strategies that draw them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from court.models import (
    Ballot,
    Case,
    CaseState,
    Disposition,
    Hearing,
    ModelRef,
    Opinion,
    Outcome,
    Ruling,
)

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
SILENT = tuple(outcome for outcome in Outcome if outcome is not Outcome.BALLOT)

ballots = st.sampled_from(Ballot)
confidences = st.floats(0, 1)
telling = st.floats(0.3, 0.9)
"""Confidences that say something: at 0.25 a ballot spreads its weight evenly, and above 0.9 it is clipped."""
silent_outcomes = st.sampled_from(SILENT)
votes = st.lists(st.tuples(ballots, confidences), min_size=2, max_size=9)
statements = st.text(min_size=1, max_size=80).map(lambda text: f"Can AI {text}?")


def model(number: int = 1) -> ModelRef:
    return ModelRef(f"vendor{number}", f"model-{number}")


def held(seat: int, ballot: Ballot, confidence: float = 0.9, reason: str = "A study shows it.") -> Opinion:
    """Return a seat that voted."""
    return Opinion(seat, model(seat), Outcome.BALLOT, ballot, confidence, reason)


def silent(seat: int, outcome: Outcome = Outcome.REFUSED) -> Opinion:
    """Return a seat without a ballot."""
    return Opinion(seat, model(seat), outcome, cause="said nothing")


def panel(voted: Sequence[tuple[Ballot, float]], missing: Sequence[Outcome] = ()) -> list[Opinion]:
    """Return seats that voted, followed by seats that did not."""
    seats = [held(seat, ballot, confidence) for seat, (ballot, confidence) in enumerate(voted, start=1)]
    return seats + [silent(seat, outcome) for seat, outcome in enumerate(missing, start=len(seats) + 1)]


def case(number: str = "1B0C", statement: str = "Can AI write a novel?", state: CaseState = CaseState.DOCKETED) -> Case:
    return Case(1, 7, number, statement, state, 99, NOON)


def hearing(
    session: int, voted: Sequence[Ballot], disposition: Disposition = Disposition.REAFFIRMED, case_id: int = 1
) -> Hearing:
    """Return a session with the given ballots and no silent seat."""
    at = NOON + timedelta(days=7 * session)
    ruled = disposition not in {Disposition.MISTRIAL, Disposition.HUNG_JURY}
    return Hearing(
        case_id=case_id,
        session=session,
        opened_at=at,
        closed_at=at,
        verdict=voted[0] if ruled else None,
        confidence=0.9 if ruled else None,
        margin=0.5 if ruled else 0.0,
        disposition=disposition,
        rule_version=1,
        opinions=tuple(held(seat, ballot) for seat, ballot in enumerate(voted, start=1)),
        ruling=Ruling("A finding.", "An opinion. And more.", "A quote.", "Ada Lovelace", "Alan Turing"),
    )
