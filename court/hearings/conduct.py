"""Holding one hearing: the draw, the jurors in parallel, the count, and the ruling's text."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from court.counting.verdicts import RULE_VERSION, count, disposition, quorum
from court.errors import QuorumOutOfReach
from court.hearings.bridges import (
    NO_MONEY,
    NO_SUCH_PROMPT,
    Former,
    LastHearing,
    estimate_former,
    former_request,
    not_asked,
    only_former,
)
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.judge import write_ruling
from court.jury.model import Request
from court.jury.orders import order_for
from court.jury.panels import SEED_BITS, Draw, draw_panel
from court.jury.polling import ForSeat, OnOpinion, Panel, hear_panel
from court.jury.pool import Jury
from court.jury.prompts import draw_nonce, juror_request
from court.jury.recusal import recused_from, unrecused
from court.models import Background, Ballot, Brief, Case, Count, Hearing, HearingKind, ModelRef, Opinion, Roster
from court.ports import NO_METER, Clock, Meter, Randomness


@dataclass(frozen=True, slots=True)
class Conditions:
    """Why and how a hearing is held, apart from the case itself."""

    kind: HearingKind = HearingKind.ROUTINE
    avoid: frozenset[ModelRef] = frozenset()
    """For a retrial: the models that sat in the session that raised the alarm."""
    former: Former | None = None
    """For a bridge: the jury that is heard beside the present one."""
    background: Background | None = None
    last: LastHearing | None = None
    """The hearing before; None if there was none that is tallied."""
    names: Mapping[ModelRef, str] = field(default_factory=dict)
    """What answered last for the models of the pool, in whatever case."""


ROUTINE = Conditions()


@dataclass(frozen=True, slots=True)
class _Question:
    """What a hearing asks, and how."""

    case: Case
    conditions: Conditions
    today: date
    seed: int
    allowance: Allowance
    recused: tuple[ModelRef, ...]

    @property
    def briefs(self) -> tuple[Brief, ...]:
        return briefs(self.conditions)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What both juries said, and under which conditions: a hearing can turn into a bridge."""

    conditions: Conditions
    seated: Panel
    former: tuple[Opinion, ...]


class HearingService:
    """Holds hearings. It stores nothing and announces nothing."""

    def __init__(self, jury: Jury, clock: Clock, randomness: Randomness, meter: Meter = NO_METER) -> None:
        self.jury = jury
        self._meter = meter
        self._clock = clock
        self._randomness = randomness

    def draw(self, seed: int, avoid: Collection[ModelRef] = (), recused: Collection[ModelRef] = ()) -> Draw:
        """Draw the panel and its alternates from today's pool, without the recused models, with `seed`."""
        pool = [ref for ref in self.jury.pool if ref not in recused]
        return draw_panel(pool, self.jury.panel_size, seed, avoid)

    async def hold(
        self,
        case: Case,
        session: int,
        previous: Ballot | None,
        *,
        conditions: Conditions = ROUTINE,
        on_opinion: OnOpinion | None = None,
        allowance: Allowance = UNLIMITED,
    ) -> Hearing:
        """Hear a case once.

        Args:
            case: the case to hear.
            session: the number of this session.
            previous: the verdict of the last session that had one.
            conditions: why and how it is heard.
            on_opinion: called with each opinion as it comes in.
            allowance: what may be spent on retries, beyond the ceiling of the estimate.

        A model that fails becomes an outcome of its seat. If the judge fails, the plain template speaks.

        Raises:
            QuorumOutOfReach: when faults of the host keep too many jurors from being asked.
        """
        opened_at = self._clock.now()
        seed = self._randomness.randrange(1 << SEED_BITS)
        recused = recused_from(case.statement, self.jury.pool)
        question = _Question(case, conditions, opened_at.date(), seed, allowance, recused)
        heard = await self._hear(question, self.draw(seed, conditions.avoid, recused), on_opinion)
        conditions, seated = heard.conditions, heard.seated
        counted = count(seated.opinions)
        self._require_reach(heard, counted, recused)
        disposed = disposition(counted, previous)
        ruling, judge_usage = await write_ruling(
            self.jury,
            case,
            session,
            counted,
            disposed,
            seated.opinions,
            today=opened_at.date(),
            nonce=draw_nonce(self._randomness),
            allowance=allowance,
        )
        hearing = Hearing(
            case_id=case.id,
            session=session,
            opened_at=opened_at,
            closed_at=self._clock.now(),
            verdict=counted.verdict,
            confidence=counted.confidence,
            margin=counted.margin,
            disposition=disposed,
            rule_version=RULE_VERSION,
            opinions=seated.opinions,
            ruling=ruling,
            rehearsal=self.jury.rehearsal,
            kind=conditions.kind,
            seed=seed,
            replaced=seated.replaced,
            former=heard.former,
            background_id=None if conditions.background is None else conditions.background.id,
            judge_usage=judge_usage,
            recused=recused,
        )
        self._meter.held(hearing)
        return replace(hearing, roster=self.roster(conditions, hearing).fingerprint)

    def out_until(self, case: Case, conditions: Conditions) -> datetime | None:
        """Return when enough jurors for a quorum may be asked again, or None if they may be asked now."""
        if self.jury.reach is None or not self.jury.reach.outages:
            return None
        recused = recused_from(case.statement, self.jury.pool)
        # Whoever is drawn, the panel has the same size.
        seats = len(self.draw(0, conditions.avoid, recused).panel)
        return self.jury.reach.next_quorum([ref for ref in self.jury.pool if ref not in recused], quorum(seats))

    def _require_reach(self, heard: _Heard, counted: Count, recused: Collection[ModelRef]) -> None:
        """Raise `QuorumOutOfReach` if there is no quorum, and would be one without faults of the host."""
        seated = heard.seated
        lost = counted.mistrial and counted.valid + seated.faulted >= counted.quorum
        if self.jury.reach is None or not (seated.out_of_reach or lost):
            return
        used = sum((opinion.usage for opinion in heard.former), start=seated.usage)
        pool = [ref for ref in self.jury.pool if ref not in recused]
        raise QuorumOutOfReach(self.jury.reach.next_try(pool), used)

    def roster(self, conditions: Conditions, hearing: Hearing) -> Roster:
        """Return the jury that a hearing drew from, with the names that had answered for its models by its end."""
        return self.jury.roster_served({**conditions.names, **hearing.served})

    async def _hear(self, question: _Question, drawn: Draw, on_opinion: OnOpinion | None) -> _Heard:
        """Hear the panel and, for a bridge, at the same time the former jury.

        If it turns out that another model answers for one that was asked before, the hearing becomes a bridge.
        """
        present = hear_panel(
            self.jury,
            drawn.panel,
            self._requests(question),
            question.today,
            alternates=drawn.alternates,
            needed=quorum(len(drawn.panel)),
            on_opinion=on_opinion,
            allowance=question.allowance,
        )
        conditions = question.conditions
        if self.jury.in_doubt(drawn.panel):
            # The former jury is not paid for a hearing that may have no quorum.
            seated = await present
            heard = not seated.out_of_reach and not count(seated.opinions).mistrial
            former = await self._hear_former(question) if heard else ()
        else:
            async with asyncio.TaskGroup() as group:
                now, before = group.create_task(present), group.create_task(self._hear_former(question))
            seated, former = now.result(), before.result()
        last = None if conditions.former is not None or seated.out_of_reach else conditions.last
        # A mistrial is not tallied, so the former jury is not paid for it: the next hearing is the bridge.
        if last is not None and last.moved(seated.served) and not count(seated.opinions).mistrial:
            return await self._make_bridge(question, last, seated)
        return _Heard(conditions, seated, former)

    def _requests(self, question: _Question) -> ForSeat:
        nonce, known = draw_nonce(self._randomness), question.briefs

        def for_seat(seat: int) -> Request:
            return juror_request(
                question.case.statement,
                question.today,
                nonce,
                briefs=known,
                searching=self.jury.searching,
                order=order_for(question.seed, seat),
            )

        return for_seat

    async def _make_bridge(self, question: _Question, last: LastHearing, seated: Panel) -> _Heard:
        """Hear the jury that sat last too, because the present one has turned out to be another."""
        former = _unrecused(question, last.jury({**question.conditions.names, **seated.served}))
        conditions = replace(question.conditions, kind=HearingKind.BRIDGE, former=former)
        cost = estimate_former(self.jury, former, question.case, question.today, question.briefs)
        # Nothing was set aside for it: that the jury had changed was not known.
        if await question.allowance.extend(cost.ceiling):
            said = await self._hear_former(replace(question, conditions=conditions))
        else:
            said = not_asked(former, NO_MONEY)
        return _Heard(conditions, seated, said)

    async def _hear_former(self, question: _Question) -> tuple[Opinion, ...]:
        """Ask the former jury of a bridge as it always was, if there is one, except its recused members."""
        former = question.conditions.former
        if former is None:
            return ()
        former = _unrecused(question, former)
        if not former.can_be_asked:
            return not_asked(former, NO_SUCH_PROMPT)
        nonce, known = draw_nonce(self._randomness), question.briefs

        def for_seat(seat: int) -> Request:
            order = order_for(question.seed, seat)
            return former_request(former, question.case, question.today, nonce, known, order)

        heard = await hear_panel(self.jury, former.models, for_seat, question.today, allowance=question.allowance)
        return only_former(heard.opinions, former)


def _unrecused(question: _Question, former: Former) -> Former:
    """Return a former jury without the members that are recused, if anybody is."""
    if not question.recused:
        return former
    return replace(former, models=unrecused(question.case.statement, former.models))


def briefs(conditions: Conditions) -> tuple[Brief, ...]:
    """Return what is put before the jury besides the statement: the researched background, if there is one."""
    found = conditions.background
    if found is None or not found.text:
        return ()
    return (Brief(found.text, tuple(source.url for source in found.sources)),)
