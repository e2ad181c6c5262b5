"""Research: a background paragraph and the pages behind it, found with a vendor's own search tool."""

from __future__ import annotations

import logging
from datetime import timedelta

from court.errors import ModelError
from court.jury.answers import AnswerInvalid, read_background_answer
from court.jury.model import Completion, Finish
from court.jury.pool import Jury
from court.jury.prompts import draw_nonce, research_request
from court.models import Background, Case, ModelRef, Source
from court.ports import Clock, Randomness

log = logging.getLogger(__name__)


class ResearchService:
    """Finds out what is publicly known about a case. It stores nothing."""

    def __init__(self, jury: Jury, clock: Clock, randomness: Randomness, background_days: int) -> None:
        """Set up the service.

        Args:
            jury: the jury whose researcher searches.
            clock: gives the time.
            randomness: draws the names under which data is quoted.
            background_days: how many days a background lasts before the case is looked up again; 0 turns
                research off.
        """
        self.jury = jury
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

    async def research(self, case: Case) -> Background | None:
        """Look a case up. Return None if the researcher could not be reached, so that it is tried again.

        If no model can search, or nothing that the search returned was used, the background has neither text
        nor sources: there is no public reference, and none is invented. The id of the background is 0.
        """
        researcher, now = self.jury.researcher, self._clock.now()
        if researcher is None:
            return Background(0, case.id, now, "", (), None)
        request = research_request(case.statement, now.date(), draw_nonce(self._randomness))
        try:
            answer = await self.jury.ask(researcher, request, self.jury.deadline())
        except ModelError as error:
            log.warning("no background for № %s: %s: %s", case.number, researcher.ref, error)
            return None
        text, sources, dropped = _read(answer, case, researcher.ref)
        if dropped:
            log.info("№ %s: dropped %d links that the search had not returned", case.number, dropped)
        usage = self.jury.usage_of(researcher.ref, answer)
        return Background(0, case.id, now, text, sources, researcher.ref, dropped, usage)


def _read(answer: Completion, case: Case, researcher: ModelRef) -> tuple[str, tuple[Source, ...], int]:
    try:
        if answer.finish is not Finish.STOP:
            raise AnswerInvalid(f"stopped with {answer.finish}")
        return read_background_answer(answer.text, answer.sources)
    except AnswerInvalid as error:
        log.warning("no background for № %s: %s: %s", case.number, researcher, error)
        return "", (), 0
