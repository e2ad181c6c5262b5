"""The ruling of a counted hearing, written by a judge that is held to the count, or by the plain template."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from court.errors import ModelError
from court.jury.answers import AnswerInvalid, RulingAnswer, read_ruling_answer
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.model import Completion, Finish, Request
from court.jury.pool import Jury
from court.jury.prompts import judge_request
from court.jury.pseudonyms import draw_pseudonyms
from court.jury.template import template_ruling
from court.models import Case, Count, Disposition, Opinion, Ruling, Usage
from court.text import cut

log = logging.getLogger(__name__)

TRIES = 2
"""A judge whose answer cannot be used is asked once more; a judge that does not answer is not."""


async def write_ruling(
    jury: Jury,
    case: Case,
    session: int,
    counted: Count,
    what_it_did: Disposition,
    opinions: Sequence[Opinion],
    *,
    today: date,
    nonce: str,
    allowance: Allowance = UNLIMITED,
) -> tuple[Ruling, Usage]:
    """Return the ruling of a session, and what the judge used. `allowance` pays for retries.

    The plain template is used if there is no verdict to explain, no judge, or no usable answer.
    """
    presiding, clerk = draw_pseudonyms(case.number, session)
    plain = template_ruling(counted, what_it_did, opinions, presiding, clerk)
    if counted.verdict is None or jury.judge is None:
        return plain, Usage()
    judge = jury.judge
    asked = judge_request(case.statement, counted, what_it_did, opinions, today, nonce)
    request, used, problem = asked, Usage(), ""
    for _ in range(TRIES):
        try:
            answer, paid = await jury.ask(judge, request, jury.deadline(), allowance)
        except ModelError as error:
            used += error.usage
            if error.fault is not None:
                # The host is told of it elsewhere, once.
                return plain, used
            problem = str(error)
            break
        used += paid
        try:
            parsed = _read(answer, counted, opinions, case.statement)
        except AnswerInvalid as error:
            problem = str(error)
            request = once_more(asked, problem)
        else:
            said = parsed.finding, parsed.opinion, parsed.quote
            return Ruling(*said, presiding, clerk, judge.ref, answer.served), used
    log.warning("the judge %s wrote no usable ruling (%s): the template is used", judge.ref, problem)
    return plain, used


# The problem is worded by us alone: the message of `AnswerInvalid` contains nothing of the answer.
_ONCE_MORE = "Your last paper could not be used: {problem}. Write another one that keeps to the rules above."

PROBLEM_LIMIT = 200
"""Characters, so that the second request has a ceiling too."""


def once_more(asked: Request, problem: str) -> Request:
    """Return the request to a judge whose answer could not be used, which says why."""
    return replace(asked, system=f"{asked.system}\n\n{_ONCE_MORE.format(problem=cut(problem, PROBLEM_LIMIT))}")


def _read(answer: Completion, counted: Count, opinions: Sequence[Opinion], statement: str) -> RulingAnswer:
    if answer.finish is not Finish.STOP:
        raise AnswerInvalid(f"stopped with {answer.finish}")
    return read_ruling_answer(answer.text, counted, opinions, statement)
