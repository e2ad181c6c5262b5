"""Holding one hearing: the draw, the jurors in parallel, the count, and the ruling's text."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from court.counting.verdicts import RULE_VERSION, count, disposition
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.judge import write_ruling
from court.jury.model import Request
from court.jury.panels import SEED_BITS, Draw, draw_panel
from court.jury.polling import OnOpinion, Panel, hear_panel
from court.jury.pool import Jury
from court.jury.prompts import PROMPT_VERSION, draw_nonce, juror_request
from court.models import Background, Ballot, Brief, Case, Hearing, HearingKind, ModelRef, Opinion, Outcome
from court.ports import Clock, Randomness


@dataclass(frozen=True, slots=True)
class Former:
    """The jury before the present one: who sat last, and how its members were asked."""

    models: tuple[ModelRef, ...]
    prompt_version: int
    searching: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """Why and how a hearing is held, apart from the case itself."""

    kind: HearingKind = HearingKind.ROUTINE
    avoid: frozenset[ModelRef] = frozenset()
    """For a retrial: the models that sat in the session that raised the alarm."""
    former: Former | None = None
    """For a bridge: the jury that is heard beside the present one."""
    background: Background | None = None


ROUTINE = Conditions()

NO_SUCH_PROMPT = "this court no longer has the prompt that it was asked with"


class HearingService:
    """Holds hearings. It stores nothing and announces nothing."""

    def __init__(self, jury: Jury, clock: Clock, randomness: Randomness) -> None:
        self.jury = jury
        self._clock = clock
        self._randomness = randomness

    def draw(self, seed: int, avoid: Collection[ModelRef] = ()) -> Draw:
        """Draw the panel and its alternates from today's pool with `seed`."""
        return draw_panel(list(self.jury.pool), self.jury.panel_size, seed, avoid)

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
        """
        opened_at = self._clock.now()
        seed = self._randomness.randrange(1 << SEED_BITS)
        drawn = self.draw(seed, conditions.avoid)
        seated, former = await self._hear_both(case, drawn, conditions, on_opinion, allowance)
        counted = count(seated.opinions)
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
        return Hearing(
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
            roster=self.jury.roster.fingerprint,
            seed=seed,
            replaced=seated.replaced,
            former=former,
            background_id=None if conditions.background is None else conditions.background.id,
            judge_usage=judge_usage,
        )

    async def _hear_both(
        self,
        case: Case,
        drawn: Draw,
        conditions: Conditions,
        on_opinion: OnOpinion | None,
        allowance: Allowance,
    ) -> tuple[Panel, tuple[Opinion, ...]]:
        """Hear the panel and, for a bridge, at the same time the former jury, which is asked as it always was."""
        today = self._clock.now().date()
        request = juror_request(
            case.statement,
            today,
            draw_nonce(self._randomness),
            briefs=briefs(conditions),
            searching=self.jury.searching,
        )
        async with asyncio.TaskGroup() as group:
            present = group.create_task(
                hear_panel(
                    self.jury,
                    drawn.panel,
                    lambda _seat: request,
                    today,
                    alternates=drawn.alternates,
                    on_opinion=on_opinion,
                    allowance=allowance,
                )
            )
            before = group.create_task(self._hear_former(case, conditions, today, allowance))
        return present.result(), before.result()

    async def _hear_former(
        self, case: Case, conditions: Conditions, today: date, allowance: Allowance
    ) -> tuple[Opinion, ...]:
        former = conditions.former
        if former is None:
            return ()
        request = former_request(former, case, today, draw_nonce(self._randomness), briefs(conditions))
        if request is None:
            return tuple(
                Opinion(seat, ref, Outcome.UNAVAILABLE, cause=NO_SUCH_PROMPT)
                for seat, ref in enumerate(former.models, start=1)
            )
        heard = await hear_panel(self.jury, former.models, lambda _seat: request, today, allowance=allowance)
        return heard.opinions


def former_request(former: Former, case: Case, today: date, nonce: str, known: Sequence[Brief]) -> Request | None:
    """Return the request for a former jury, with the prompt version that it was asked with.

    Return None if a newer version of the court, which has since been rolled back, asked that jury.
    """
    if former.prompt_version > PROMPT_VERSION:
        return None
    return juror_request(
        case.statement, today, nonce, briefs=known, version=former.prompt_version, searching=former.searching
    )


def briefs(conditions: Conditions) -> tuple[Brief, ...]:
    """Return what is put before the jury besides the statement: the researched background, if there is one."""
    found = conditions.background
    if found is None or not found.text:
        return ()
    return (Brief(found.text, tuple(source.url for source in found.sources)),)
