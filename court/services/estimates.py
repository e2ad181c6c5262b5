"""What a hearing and its research may cost, before anybody is asked. Money in millionths of a US dollar."""

from __future__ import annotations

from datetime import date

from court.costs import Estimate, dearest, estimate
from court.models import Ballot, Case, Disposition, Opinion, Outcome
from court.papers import REASON_LIMIT
from court.prompts import judge_request, juror_request, research_request
from court.services.bench import TRIES
from court.services.hearings import Conditions, briefs
from court.services.juries import Jury
from court.verdicts import count

_NONCE = "00000000"
"""As long as every nonce."""


def estimate_hearing(jury: Jury, case: Case, conditions: Conditions, today: date) -> Estimate:
    """What a hearing may cost whoever is drawn: as a rule, and at most, with every alternate called.

    Models of unknown price count for nothing.
    """
    request = juror_request(case.statement, today, _NONCE, briefs=briefs(conditions), searching=jury.searching)
    seats = min(jury.panel_size, len(jury.pool))
    asked = [estimate(price, request) for price in dearest(map(jury.tariff, jury.pool), 2 * seats)]
    if conditions.former is not None:
        asked[seats:seats] = (estimate(jury.tariff(ref), request) for ref in conditions.former.models)
        seats += len(conditions.former.models)
    usual = sum(one.usual for one in asked[:seats])
    ceiling = sum(one.ceiling for one in asked)
    return Estimate(usual, ceiling) + _estimate_ruling(jury, case, today)


def estimate_research(jury: Jury, case: Case, today: date) -> Estimate:
    """What the clerk's search for a background may cost."""
    if jury.researcher is None:
        return Estimate()
    return estimate(jury.tariff(jury.researcher.ref), research_request(case.statement, today, _NONCE))


def _estimate_ruling(jury: Jury, case: Case, today: date) -> Estimate:
    if jury.judge is None:
        return Estimate()
    ref = jury.judge.ref
    longest = [
        Opinion(seat, ref, Outcome.BALLOT, Ballot.YES, 0.5, "x" * REASON_LIMIT)
        for seat in range(1, jury.panel_size + 1)
    ]
    request = judge_request(case.statement, count(longest), Disposition.REAFFIRMED, longest, today, _NONCE)
    once = estimate(jury.tariff(ref), request)
    return Estimate(once.usual, once.ceiling * TRIES)
