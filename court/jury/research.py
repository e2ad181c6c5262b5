"""The clerk's research: a background paragraph with the pages behind it, found by a vendor's own search tool."""

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
    """Finds out what is publicly known of a case. It stores nothing."""

    def __init__(self, jury: Jury, clock: Clock, randomness: Randomness, background_days: int) -> None:
        """Keep who may be asked.

        Args:
            jury: whose researcher searches.
            clock: the time.
            randomness: for the names that quoted data goes under.
            background_days: after so many days what was found is old, and is looked up again; 0 for never
                looking anything up.
        """
        self.jury = jury
        self._clock = clock
        self._randomness = randomness
        self._lasts = timedelta(days=background_days)

    def due(self, latest: Background | None) -> bool:
        """Whether there is something to look up: nothing is known yet, it is old, or nobody could search then."""
        if not self._lasts:
            return False
        if latest is None:
            return True
        if latest.researcher is None and self.jury.researcher is not None:
            return True
        return self._clock.now() - latest.at >= self._lasts

    async def research(self, case: Case) -> Background | None:
        """Look a case up; none when the researcher could not be reached, so that it is tried again.

        Without a search tool, and where nothing that the search returned was used, the background has no
        text and no sources: there is no public reference then, and none is invented. Its id is 0.
        """
        researcher, now = self.jury.researcher, self._clock.now()
        if researcher is None:
            return Background(0, case.id, now, "", (), None)
        request = research_request(case.statement, now.date(), draw_nonce(self._randomness))
        try:
            answer = await self.jury.ask(researcher, request, self.jury.deadline())
        except ModelError as error:
            log.warning("no background for № %s: %s: %s", case.docket_number, researcher.ref, error)
            return None
        text, sources, dropped = _read(answer, case, researcher.ref)
        if dropped:
            log.info("№ %s: %d links that the search had not returned were dropped", case.docket_number, dropped)
        usage = self.jury.usage_of(researcher.ref, answer)
        return Background(0, case.id, now, text, sources, researcher.ref, dropped, usage)


def _read(answer: Completion, case: Case, researcher: ModelRef) -> tuple[str, tuple[Source, ...], int]:
    try:
        if answer.finish is not Finish.STOP:
            raise AnswerInvalid(f"stopped with {answer.finish}")
        return read_background_answer(answer.text, answer.sources)
    except AnswerInvalid as error:
        log.warning("no background for № %s: %s: %s", case.docket_number, researcher, error)
        return "", (), 0
