"""Hearing what is due: claim a sitting, hold the hearing, and keep all that came of it in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from court.models import Case, CaseState, Disposition, Hearing
from court.ports import Clock, Store
from court.services.hearings import HearingService
from court.standing import lifetime_tally, standing
from court.work import DispatchKind, Sitting

log = logging.getLogger(__name__)

INTERVAL = timedelta(days=7)
AFTER_A_MISTRIAL = timedelta(days=1)
AFTER_A_FAILURE = timedelta(minutes=5)
"""Doubled with every attempt, a day at most: each attempt may have paid the jurors already."""


class SittingService:
    """Works off the sittings that are due, one a call; several workers may call at once."""

    def __init__(self, store: Store, hearings: HearingService, clock: Clock, ring: Callable[[], None]) -> None:
        self._store = store
        self._hearings = hearings
        self._clock = clock
        self._ring = ring
        self._owed: list[Sitting] = []
        """Claimed sittings whose giving back could not be written."""

    async def recover(self) -> int:
        """Give back the sittings of a process that was killed, to be held again; how many."""
        async with self._store.writing() as records:
            return await records.sittings.release_all()

    async def hold_next(self) -> bool:
        """Hold the hearing that is due longest; whether there was one. Without a jury nothing is due."""
        if not self._hearings.jury.able:
            return False
        await self._give_back()
        async with self._store.writing() as records:
            sitting = await records.sittings.claim(self._clock.now())
        if sitting is None:
            return False
        try:
            await self._hold(sitting)
        except Exception:
            # A claimed sitting must never be lost to a fault: it goes back, and is tried again later.
            log.exception("sitting %d could not be held; it is tried again in %s", sitting.id, _patience(sitting))
            self._owed.append(sitting)
            await self._give_back()
        return True

    async def _give_back(self) -> None:
        while self._owed:
            sitting = self._owed.pop()
            try:
                async with self._store.writing() as records:
                    await records.sittings.postpone(sitting.id, self._clock.now() + _patience(sitting))
            except Exception:
                self._owed.append(sitting)
                raise

    async def _hold(self, sitting: Sitting) -> None:
        async with self._store.reading() as records:
            case = await records.cases.get(sitting.case_id)
            past = await records.hearings.of_case(sitting.case_id)
        if case is None or case.state is not CaseState.DOCKETED:
            async with self._store.writing() as records:
                await records.sittings.finish(sitting.id)
            return
        session = past[-1].session + 1 if past else 1
        previous = next((held.verdict for held in reversed(past) if held.verdict is not None), None)
        hearing = await self._hearings.hold(case, session, previous)
        await self._keep(sitting, case, [*past, hearing])
        log.info("№ %s session %d: %s, %s", case.docket_number, session, hearing.disposition, hearing.verdict)
        self._ring()

    async def _keep(self, sitting: Sitting, case: Case, sessions: list[Hearing]) -> None:
        hearing = sessions[-1]
        async with self._store.writing() as records:
            await records.hearings.add(hearing)
            await records.standings.put(case.id, standing(lifetime_tally(sessions)), hearing.closed_at)
            await records.sittings.finish(sitting.id)
            await records.sittings.schedule(case.id, _next_due(hearing))
            if _worth_telling(sessions):
                await records.outbox.add(
                    DispatchKind.RULING,
                    case.guild_id,
                    hearing.closed_at,
                    case_id=case.id,
                    session=hearing.session,
                )


def _patience(sitting: Sitting) -> timedelta:
    doubled: timedelta = AFTER_A_FAILURE * 2 ** min(sitting.attempts - 1, 10)
    return min(doubled, timedelta(days=1))


def _next_due(hearing: Hearing) -> datetime:
    mistrial = hearing.disposition is Disposition.MISTRIAL
    return hearing.closed_at + (AFTER_A_MISTRIAL if mistrial else INTERVAL)


def _worth_telling(sessions: list[Hearing]) -> bool:
    # A vendor that is down for a week must not fill the channel: of mistrials in a row the first is told.
    return [held.disposition for held in sessions[-2:]] != [Disposition.MISTRIAL, Disposition.MISTRIAL]
