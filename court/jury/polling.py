"""Polling the seats of a panel: all at once, each with a hard deadline and an alternate for a juror that fails."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from court.errors import ModelError, ModelTimeout
from court.jury.answers import AnswerInvalid, read_ballot_answer
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.model import Completion, Finish, Model, Request
from court.jury.pool import Jury
from court.models import ModelRef, Opinion, Outcome, served_names
from court.text import cut, one_line

OnOpinion = Callable[[Opinion], None]
ForSeat = Callable[[int], Request]
"""Gives the request for a seat, whose number begins at 1."""
CAUSE_LIMIT = 200

REPLACED = frozenset({Outcome.UNAVAILABLE, Outcome.INVALID, Outcome.TRUNCATED})
"""Outcomes that cost a juror its seat. Refusals and abstentions are answers; after a timeout, no time is left."""

NOT_SEATED = "this court no longer asks it"


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel gave: the opinion of each seat, and those of jurors whose seats were taken by alternates."""

    opinions: tuple[Opinion, ...]
    replaced: tuple[Opinion, ...] = ()

    @property
    def served(self) -> dict[ModelRef, str]:
        """The names that answered for the models that were asked."""
        return served_names(*self.replaced, *self.opinions)


async def hear_panel(
    jury: Jury,
    panel: Sequence[ModelRef],
    for_seat: ForSeat,
    today: date,
    *,
    alternates: Sequence[ModelRef] = (),
    on_opinion: OnOpinion | None = None,
    allowance: Allowance = UNLIMITED,
) -> Panel:
    """Ask every seat its question; an alternate is asked that of the seat. Failures become outcomes, never exceptions.

    `on_opinion` is called with each opinion as it comes, including those of replaced jurors. `allowance` pays for
    retries.
    """
    standing_by = deque(alternates)
    replaced: list[Opinion] = []

    async def ask(seat: int, ref: ModelRef, deadline: float) -> Opinion:
        return await _hear_juror(jury, seat, ref, for_seat(seat), today, deadline, allowance)

    async def hear(seat: int, ref: ModelRef) -> Opinion:
        deadline = jury.deadline()
        opinion = await ask(seat, ref, deadline)
        if on_opinion is not None:
            on_opinion(opinion)
        if opinion.outcome not in REPLACED or not standing_by:
            return opinion
        replaced.append(opinion)
        other = await ask(seat, standing_by.popleft(), deadline)
        if on_opinion is not None:
            on_opinion(other)
        return other

    async with asyncio.TaskGroup() as group:
        seats = [group.create_task(hear(seat, ref)) for seat, ref in enumerate(panel, start=1)]
    return Panel(tuple(seat.result() for seat in seats), tuple(sorted(replaced, key=lambda opinion: opinion.seat)))


async def _hear_juror(
    jury: Jury, seat: int, ref: ModelRef, request: Request, today: date, deadline: float, allowance: Allowance
) -> Opinion:
    model = jury.find(ref)
    if model is None:
        return Opinion(seat, ref, Outcome.UNAVAILABLE, cause=NOT_SEATED)
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked = as_it_can(request, model)
    try:
        answer, used = await jury.ask(model, asked, deadline, allowance)
    except ModelError as error:
        outcome = Outcome.TIMEOUT if isinstance(error, ModelTimeout) else Outcome.UNAVAILABLE
        cause = cut(str(error), CAUSE_LIMIT)
        return Opinion(seat, ref, outcome, cause=cause, latency=loop.time() - began, cost=error.usage.cost)
    blank = Opinion(
        seat,
        ref,
        Outcome.ABSTAINED,
        tokens_in=used.tokens_in,
        tokens_out=used.tokens_out,
        latency=loop.time() - began,
        cost=None if used.unpriced else used.cost,
        served=answer.served,
        system_fingerprint=answer.system_fingerprint,
    )
    return _read(blank, answer, today, request)


def as_it_can(request: Request, model: Model) -> Request:
    """Return the request, without search if the model cannot search."""
    return replace(request, searching=False) if request.searching and not model.can_search else request


def _read(blank: Opinion, answer: Completion, today: date, request: Request) -> Opinion:
    if answer.finish is Finish.REFUSAL:
        return replace(blank, outcome=Outcome.REFUSED, cause=cut(one_line(answer.text) or "refused", CAUSE_LIMIT))
    if answer.finish is Finish.LENGTH:
        return replace(blank, outcome=Outcome.TRUNCATED, cause="the answer was cut off")
    try:
        parsed = read_ballot_answer(answer.text, today, request)
    except AnswerInvalid as error:
        return replace(blank, outcome=Outcome.INVALID, cause=cut(str(error), CAUSE_LIMIT))
    if parsed.cast is None:
        return replace(blank, reason=parsed.reason)
    return replace(
        blank,
        outcome=Outcome.BALLOT,
        ballot=parsed.cast,
        confidence=parsed.confidence,
        reason=parsed.reason,
        emerged=parsed.emerged_on,
    )
