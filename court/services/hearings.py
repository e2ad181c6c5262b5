"""Holding one hearing: jurors in parallel under a hard deadline, the count, and the ruling's text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from court.asking import Completion, Finish, Model, Request
from court.errors import ModelError, ModelTimeout
from court.lines import one_line
from court.models import Ballot, Case, Disposition, Hearing, ModelRef, Opinion, Outcome, Ruling
from court.panels import FEWEST_JURORS, draw_panel
from court.papers import PaperInvalid, read_ballot_paper, read_ruling_paper
from court.ports import Clock, Randomness
from court.prompts import judge_request, juror_request
from court.rota import bench
from court.rulings import template_ruling
from court.verdicts import RULE_VERSION, Count, count, disposition

log = logging.getLogger(__name__)

OnOpinion = Callable[[Opinion], None]
CAUSE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Jury:
    """Who may sit: the pool that panels are drawn from, and the judge who writes.

    `timeout` is in seconds for each juror and the judge, all retries included. `rehearsal` marks
    a pool of scripted models.
    """

    pool: Mapping[ModelRef, Model]
    judge: Model | None
    panel_size: int
    timeout: float
    rehearsal: bool = False
    vacancy: str | None = None
    """Why there is no jury, in a host's words, where the pool is too small to hear anything."""

    @property
    def able(self) -> bool:
        return len(self.pool) >= FEWEST_JURORS


class HearingService:
    """Holds hearings. It stores nothing and announces nothing."""

    def __init__(self, jury: Jury, clock: Clock, randomness: Randomness) -> None:
        self.jury = jury
        self._clock = clock
        self._randomness = randomness

    def draw(self) -> list[ModelRef]:
        """The panel for the next hearing, in the order of its seats."""
        return draw_panel(list(self.jury.pool), self.jury.panel_size, self._randomness)

    async def hold(
        self,
        case: Case,
        session: int,
        previous: Ballot | None,
        *,
        panel: Sequence[ModelRef] | None = None,
        on_opinion: OnOpinion | None = None,
    ) -> Hearing:
        """Hear a case once. `previous` is the verdict of the last session that had one.

        Failures of models become outcomes of their seats; a failed judge leaves the plain template.
        """
        opened_at = self._clock.now()
        opinions = await self._hear_jurors(case.statement, panel or self.draw(), opened_at.date(), on_opinion)
        counted = count(opinions)
        what_it_did = disposition(counted, previous)
        ruling = await self._rule(case, session, counted, what_it_did, opinions)
        return Hearing(
            case_id=case.id,
            session=session,
            opened_at=opened_at,
            closed_at=self._clock.now(),
            verdict=counted.verdict,
            confidence=counted.confidence,
            margin=counted.margin,
            disposition=what_it_did,
            rule_version=RULE_VERSION,
            opinions=tuple(opinions),
            ruling=ruling,
            rehearsal=self.jury.rehearsal,
        )

    async def _hear_jurors(
        self, statement: str, panel: Sequence[ModelRef], today: date, on_opinion: OnOpinion | None
    ) -> list[Opinion]:
        request = juror_request(statement, today, self._nonce())

        async def hear(seat: int, ref: ModelRef) -> Opinion:
            opinion = await self._hear_juror(seat, self.jury.pool[ref], request, today)
            if on_opinion is not None:
                on_opinion(opinion)
            return opinion

        async with asyncio.TaskGroup() as group:
            seats = [group.create_task(hear(seat, ref)) for seat, ref in enumerate(panel, start=1)]
        return [seat.result() for seat in seats]

    async def _hear_juror(self, seat: int, model: Model, request: Request, today: date) -> Opinion:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            answer = await self._ask(model, request)
        except ModelTimeout as error:
            return _failed(seat, model.ref, Outcome.TIMEOUT, error, loop.time() - began)
        except ModelError as error:
            return _failed(seat, model.ref, Outcome.UNAVAILABLE, error, loop.time() - began)
        return _opinion(seat, model.ref, answer, today, loop.time() - began)

    async def _rule(
        self,
        case: Case,
        session: int,
        counted: Count,
        what_it_did: Disposition,
        opinions: Sequence[Opinion],
    ) -> Ruling:
        presiding, clerk = bench(case.docket_number, session)
        plain = template_ruling(counted, what_it_did, opinions, presiding, clerk)
        judge = self.jury.judge
        if counted.verdict is None or judge is None:
            return plain
        request = judge_request(case.statement, counted, what_it_did, opinions, self._clock.now().date(), self._nonce())
        try:
            answer = await self._ask(judge, request)
            if answer.finish is not Finish.STOP:
                raise PaperInvalid(f"stopped with {answer.finish}")
            paper = read_ruling_paper(answer.text, counted.verdict)
        except (ModelError, PaperInvalid) as error:
            log.warning("the judge %s wrote no usable ruling (%s): the template speaks", judge.ref, error)
            return plain
        return Ruling(paper.finding, paper.opinion, paper.quote, presiding, clerk, judge.ref)

    async def _ask(self, model: Model, request: Request) -> Completion:
        try:
            async with asyncio.timeout(self.jury.timeout):
                return await model.complete(request)
        except TimeoutError:
            raise ModelTimeout(f"no answer within {self.jury.timeout:g} s") from None
        except ModelError:
            raise
        except Exception as error:
            # An adapter's own fault must cost its seat, not the hearing.
            # Only its type is told: what an SDK puts into the text may hold a key.
            kind = type(error).__name__
            log.error("the adapter of %s failed with %s", model.ref, kind)  # noqa: TRY400
            raise ModelError(f"the adapter failed ({kind})") from error

    def _nonce(self) -> str:
        return f"{self._randomness.randrange(1 << 32):08x}"


def _opinion(seat: int, ref: ModelRef, answer: Completion, today: date, latency: float) -> Opinion:
    blank = Opinion(
        seat,
        ref,
        Outcome.ABSTAINED,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        latency=latency,
    )
    if answer.finish is Finish.REFUSAL:
        return replace(blank, outcome=Outcome.REFUSED, cause=_cut(one_line(answer.text) or "refused"))
    if answer.finish is Finish.LENGTH:
        return replace(blank, outcome=Outcome.TRUNCATED, cause="the answer was cut off")
    try:
        paper = read_ballot_paper(answer.text, today)
    except PaperInvalid as error:
        return replace(blank, outcome=Outcome.INVALID, cause=_cut(str(error)))
    if paper.cast is None:
        return replace(blank, reason=paper.reason)
    return replace(
        blank,
        outcome=Outcome.BALLOT,
        ballot=paper.cast,
        confidence=paper.confidence,
        reason=paper.reason,
        emerged=paper.emerged_on,
    )


def _failed(seat: int, ref: ModelRef, outcome: Outcome, error: ModelError, latency: float) -> Opinion:
    return Opinion(seat, ref, outcome, cause=_cut(str(error)), latency=latency)


def _cut(cause: str) -> str:
    return cause if len(cause) <= CAUSE_LIMIT else cause[: CAUSE_LIMIT - 1] + "…"
