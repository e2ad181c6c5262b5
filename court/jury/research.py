"""Research: a background paragraph and the pages behind it, found with a vendor's own search tool."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from court.errors import ModelError
from court.jury.answers import AnswerInvalid, read_background_answer
from court.jury.attempts import UNLIMITED, Allowance
from court.jury.model import Completion, Finish
from court.jury.pool import Jury
from court.jury.prompts import draw_nonce, research_request
from court.models import Background, Case, ModelRef, Source
from court.ports import NO_METER, Clock, Meter, Randomness

log = logging.getLogger(__name__)


class ResearchService:
    """Finds out what is publicly known about a case. It stores nothing."""

    def __init__(
        self, jury: Jury, clock: Clock, randomness: Randomness, background_days: int, meter: Meter = NO_METER
    ) -> None:
        """Set up the service.

        Args:
            jury: the jury whose researcher searches.
            clock: gives the time.
            randomness: draws the names under which data is quoted.
            background_days: how many days a background lasts before the case is looked up again; 0 turns
                research off.
            meter: counts what research uses up.
        """
        self.jury = jury
        self._meter = meter
        self._clock = clock
        self._randomness = randomness
        self._lasts = timedelta(days=background_days)

    def due(self, latest: Background | None) -> bool:
        """Return whether a case is due: it has no background, an old one, or one made when no model could search."""
        if not self._lasts:
            return False
        if latest is None:
            return True
        if latest.researcher is None and self.jury.researcher is not None:
            return True
        return self._clock.now() - latest.at >= self._lasts

    async def research(
        self, case: Case, latest: Background | None = None, allowance: Allowance = UNLIMITED
    ) -> Background | None:
        """Look a case up. Return None if the researcher could not be reached, so that it is tried again.

        If no model can search, or nothing that the search returned was used, the background has neither text
        nor sources: there is no public reference, and none is invented. If the researcher failed but may have been
        paid, the background repeats `latest`, has what was paid, and names no researcher, so that the case is looked
        up again. The id of the background is 0. `allowance` pays for retries.
        """
        researcher, now = self.jury.researcher, self._clock.now()
        if researcher is None:
            return Background(0, case.id, now, "", (), None)
        request = research_request(case.statement, now.date(), draw_nonce(self._randomness))
        try:
            answer, usage = await self.jury.ask(researcher, request, self.jury.deadline(), allowance)
        except ModelError as error:
            if error.fault is None:
                # Of a fault the host is told elsewhere, once.
                log.warning("no background for № %s: %s: %s", case.number, researcher.ref, error)
            self._meter.researched(researcher.ref, error.usage)
            if not error.usage.cost:
                return None
            known = latest or Background(0, case.id, now, "", (), None)
            return replace(known, id=0, researcher=None, researcher_served=None, dropped=0, usage=error.usage)
        self._meter.researched(researcher.ref, usage)
        text, sources, dropped = _read(answer, case, researcher.ref)
        if dropped:
            log.info("№ %s: dropped %d links that the search had not returned", case.number, dropped)
        return Background(0, case.id, now, text, sources, researcher.ref, dropped, usage, answer.served)


def _read(answer: Completion, case: Case, researcher: ModelRef) -> tuple[str, tuple[Source, ...], int]:
    try:
        if answer.finish is not Finish.STOP:
            raise AnswerInvalid(f"stopped with {answer.finish}")
        return read_background_answer(answer.text, answer.sources)
    except AnswerInvalid as error:
        log.warning("no background for № %s: %s: %s", case.number, researcher, error)
        return "", (), 0
