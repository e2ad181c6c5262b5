"""Polling the seats of a panel: all at once, each with a hard deadline and an alternate for a juror that fails.

Jurors whose vendors have been out are asked first, and the others only if enough can be reached.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from court.errors import ModelError, ModelTimeout
from court.jury.answers import AnswerInvalid, read_ballot_answer
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.model import Completion, Finish, Model, Request
from court.jury.pool import Jury
from court.models import HostFault, ModelRef, Opinion, Outcome, Usage, served_names
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
    faulted: int = 0
    """How many seats gave nothing because of a fault of the host."""
    out_of_reach: bool = False
    """Whether so few jurors could be reached that the others were not asked, and have no opinion here."""

    @property
    def served(self) -> dict[ModelRef, str]:
        """The names that answered for the models that were asked."""
        return served_names(*self.replaced, *self.opinions)

    @property
    def usage(self) -> Usage:
        """What all of them used."""
        return sum((opinion.usage for opinion in (*self.replaced, *self.opinions)), start=Usage())


@dataclass(frozen=True, slots=True)
class _Given:
    """What asking one juror gave, and the fault of the host that kept it from answering, if one did."""

    opinion: Opinion
    fault: HostFault | None = None

    @property
    def failed(self) -> bool:
        """Whether the juror itself failed, so that another one takes its seat."""
        return self.fault is None and self.opinion.outcome in REPLACED


async def hear_panel(
    jury: Jury,
    panel: Sequence[ModelRef],
    for_seat: ForSeat,
    today: date,
    *,
    alternates: Sequence[ModelRef] = (),
    needed: int = 0,
    on_opinion: OnOpinion | None = None,
    allowance: Allowance = UNLIMITED,
) -> Panel:
    """Ask every seat its question; an alternate is asked that of the seat. Failures become outcomes, never exceptions.

    Args:
        jury: knows the models, and which of them cannot be asked.
        panel: who sits, in the order of the seats.
        for_seat: gives the question of a seat.
        today: the date of the hearing.
        alternates: who takes the seat of a juror that fails or cannot be asked, in this order.
        needed: how many jurors have to be in reach. Those in doubt are asked before the others, and if too few
            answer, the others are not asked. With 0, all are asked.
        on_opinion: called with each opinion as it comes, including those of replaced jurors.
        allowance: pays for retries.
    """
    polling = _Polling(jury, for_seat, today, deque(alternates), on_opinion, allowance)
    seats = dict(enumerate(panel, start=1))
    first = _in_doubt(jury, seats) if needed else []
    async with asyncio.TaskGroup() as group:
        tries = {seat: group.create_task(polling.ask(seat, seats[seat], jury.deadline())) for seat in first}
    tried = {seat: task.result() for seat, task in tries.items()}
    if needed and jury.reach is not None and jury.reach.next_quorum((*panel, *alternates), needed) is not None:
        return Panel(tuple(given.opinion for given in tried.values()), out_of_reach=True)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(polling.hear(seat, ref, tried.get(seat))) for seat, ref in seats.items()]
    given = [task.result() for task in tasks]
    return Panel(
        tuple(one.opinion for one in given),
        tuple(sorted(polling.replaced.values(), key=lambda opinion: opinion.seat)),
        sum(one.fault is not None for one in given),
    )


def _in_doubt(jury: Jury, seats: Mapping[int, ModelRef]) -> list[int]:
    """Return the seats whose jurors are asked only to see whether they can be: one of every vendor in doubt."""
    if jury.reach is None:
        return []
    found: dict[str, int] = {}
    for seat, ref in seats.items():
        if jury.reach.in_doubt(ref):
            found.setdefault(jury.reach.outages_of(ref)[0].subject, seat)
    return list(found.values())


@dataclass(slots=True)
class _Polling:
    """The seats of one panel while they are asked."""

    jury: Jury
    for_seat: ForSeat
    today: date
    standing_by: deque[ModelRef]
    on_opinion: OnOpinion | None
    allowance: Allowance
    replaced: dict[int, Opinion] = field(default_factory=dict)
    """By seat. The record has room for one: the juror that failed by itself, or else the first."""

    async def ask(self, seat: int, ref: ModelRef, deadline: float) -> _Given:
        given = await _hear_juror(self.jury, seat, ref, self.for_seat(seat), self.today, deadline, self.allowance)
        if self.on_opinion is not None:
            self.on_opinion(given.opinion)
        return given

    async def hear(self, seat: int, ref: ModelRef, tried: _Given | None) -> _Given:
        """Return what a seat gave. One juror may fail there; any number may be out of reach."""
        deadline = self.jury.deadline()
        given = tried or await self.ask(seat, ref, deadline)
        failed = False
        while given.fault is not None or (given.failed and not failed):
            failed = failed or given.failed
            other = self._next_alternate()
            if other is None:
                break
            self._replace(given)
            given = await self.ask(seat, other, deadline)
        return given

    def _next_alternate(self) -> ModelRef | None:
        reach = self.jury.reach
        while self.standing_by:
            ref = self.standing_by.popleft()
            if reach is None or reach.fault_of(ref) is None:
                return ref
        return None

    def _replace(self, given: _Given) -> None:
        seat, before = given.opinion.seat, self.replaced.get(given.opinion.seat)
        if before is None:
            self.replaced[seat] = given.opinion
            return
        kept, dropped = (given.opinion, before) if given.failed else (before, given.opinion)
        # What was paid for either is on the record.
        paid = None if kept.cost is None or dropped.cost is None else kept.cost + dropped.cost
        self.replaced[seat] = replace(kept, cost=paid)


async def _hear_juror(
    jury: Jury, seat: int, ref: ModelRef, request: Request, today: date, deadline: float, allowance: Allowance
) -> _Given:
    model = jury.find(ref)
    if model is None:
        return _Given(Opinion(seat, ref, Outcome.UNAVAILABLE, cause=NOT_SEATED))
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked = as_it_can(request, model)
    try:
        answer, used = await jury.ask(model, asked, deadline, allowance)
    except ModelError as error:
        silent = isinstance(error, ModelTimeout) and error.fault is None
        blank = Opinion(
            seat,
            ref,
            Outcome.TIMEOUT if silent else Outcome.UNAVAILABLE,
            cause=cut(str(error), CAUSE_LIMIT),
            latency=loop.time() - began,
            cost=error.usage.cost,
            presented=request.presented,
        )
        return _Given(blank, error.fault)
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
        presented=request.presented,
    )
    return _Given(_read(blank, answer, today, request))


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
    blank = replace(blank, reason=parsed.reason, would_change=parsed.would_change)
    if parsed.cast is None:
        return blank
    return replace(
        blank,
        outcome=Outcome.BALLOT,
        ballot=parsed.cast,
        confidence=parsed.confidence,
        emerged=parsed.emerged_on,
    )
