"""What a hearing and its research may cost, before any model is asked. Money is in millionths of a US dollar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from court.counting.verdicts import count
from court.docket.statements import MAX_LENGTH
from court.hearings.bridges import estimate_former, estimate_juror
from court.hearings.conduct import ROUTINE, Conditions, briefs
from court.jury.answers import BACKGROUND_LIMIT, REASON_LIMIT
from court.jury.costs import Estimate, dearest, estimate
from court.jury.judge import PROBLEM_LIMIT, TRIES, once_more
from court.jury.links import SOURCES_LIMIT, URL_LIMIT
from court.jury.model import Model
from court.jury.pool import Jury
from court.jury.prompts import UNDRAWN, judge_request, juror_request, research_request
from court.models import Ballot, Brief, Case, CaseState, Disposition, Opinion, Outcome

_DENSE = "𠀀"
"""A character of four bytes, the longest there is: no character has more tokens."""

_LONGEST = Brief(_DENSE * BACKGROUND_LIMIT, ("x" * URL_LIMIT,) * SOURCES_LIMIT)
"""The longest background that research can return."""


def estimate_due_hearing(jury: Jury, case: Case, conditions: Conditions, today: date, *, researching: bool) -> Estimate:
    """Estimate a hearing and, if it is due, the research before it, whose result is not known yet."""
    if not researching or (researcher := jury.researcher) is None:
        return estimate_hearing(jury, case, conditions, today)
    hearing = _estimate_hearing(jury, case, conditions, today, (_LONGEST,))
    return _estimate_research(jury, researcher, case, today) + hearing


def highest_ceiling(jury: Jury, today: date, *, researching: bool) -> int:
    """Return the most that a routine hearing of this jury may cost, for the longest statement there can be."""
    hearing, research = highest_estimates(jury, today, researching=researching)
    return (hearing + research).ceiling


def highest_estimates(jury: Jury, today: date, *, researching: bool) -> tuple[Estimate, Estimate]:
    """Estimate a routine hearing and the research before it, for the longest statement there can be.

    The hearing has the longest background in either case, unless nothing is ever researched.
    """
    longest = Case(0, 0, None, _DENSE * MAX_LENGTH, CaseState.DOCKETED, 0, datetime.combine(today, time(), UTC))
    if not researching or (researcher := jury.researcher) is None:
        return estimate_hearing(jury, longest, ROUTINE, today), Estimate()
    research = _estimate_research(jury, researcher, longest, today)
    return _estimate_hearing(jury, longest, ROUTINE, today, (_LONGEST,)), research


def estimate_hearing(jury: Jury, case: Case, conditions: Conditions, today: date) -> Estimate:
    """Estimate a hearing, whoever is drawn: its usual cost, and its ceiling with every alternate called.

    Models of unknown price count as zero.
    """
    return _estimate_hearing(jury, case, conditions, today, briefs(conditions))


def _estimate_research(jury: Jury, researcher: Model, case: Case, today: date) -> Estimate:
    return estimate(jury.tariff(researcher.ref), research_request(case.statement, today, UNDRAWN))


def _estimate_hearing(jury: Jury, case: Case, conditions: Conditions, today: date, known: Sequence[Brief]) -> Estimate:
    request = juror_request(case.statement, today, UNDRAWN, briefs=known, searching=jury.searching)
    seats = min(jury.panel_size, len(jury.pool))
    panel = dearest((estimate_juror(jury, ref, request) for ref in jury.pool), 2 * seats)
    asked = Estimate(sum(one.usual for one in panel[:seats]), sum(one.ceiling for one in panel))
    if conditions.former is not None:
        asked += estimate_former(jury, conditions.former, case, today, known)
    return asked + _estimate_ruling(jury, case, today)


def _estimate_ruling(jury: Jury, case: Case, today: date) -> Estimate:
    if jury.judge is None:
        return Estimate()
    ref = jury.judge.ref
    longest = [
        Opinion(seat, ref, Outcome.BALLOT, Ballot.YES, 0.5, _DENSE * REASON_LIMIT)
        for seat in range(1, jury.panel_size + 1)
    ]
    request = judge_request(case.statement, count(longest), Disposition.REAFFIRMED, longest, today, UNDRAWN)
    once, again = (estimate(jury.tariff(ref), one) for one in (request, once_more(request, "x" * PROBLEM_LIMIT)))
    return Estimate(once.usual, once.ceiling + again.ceiling * (TRIES - 1))
