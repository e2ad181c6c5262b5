"""Hearing what is due: claim a sitting, set its cost aside, hold the hearing, and keep all that came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from court.models import Background, Usage
from court.ports import Clock, Randomness, Store
from court.services.estimates import estimate_hearing, estimate_research
from court.services.hearings import HearingService
from court.services.minutes import keep
from court.services.research import ResearchService
from court.services.summons import Summons, summon
from court.services.treasury import Adjournment, Treasury
from court.work import DispatchKind, Sitting

log = logging.getLogger(__name__)

AFTER_A_FAILURE = timedelta(minutes=5)
"""Doubled with every attempt, a day at most: each attempt may have paid the jurors already."""


@dataclass(slots=True)
class _Claim:
    """A sitting that this process holds, with what was set aside for it."""

    sitting: Sitting
    charge_id: int | None = None
    reserved: int = 0


class SittingService:
    """Works off the sittings that are due, one a call; several workers may call at once."""

    def __init__(
        self,
        store: Store,
        hearings: HearingService,
        research: ResearchService,
        treasury: Treasury,
        clock: Clock,
        randomness: Randomness,
        ring: Callable[[], None],
    ) -> None:
        self._store = store
        self._hearings = hearings
        self._research = research
        self._treasury = treasury
        self._clock = clock
        self._randomness = randomness
        self._ring = ring
        self._owed: list[_Claim] = []
        """Claims whose giving back could not be written."""

    async def recover(self) -> int:
        """Give back the sittings of a process that was killed, to be held again; how many.

        What it had set aside counts as spent: nobody can tell what its jurors were paid. Caps may have
        been changed for this start, so what they had adjourned is tried anew.
        """
        async with self._store.writing() as records:
            await records.ledger.close_open()
            await records.guilds.resume()
            await records.sittings.resume(self._clock.now())
            return await records.sittings.release_all()

    async def hold_next(self) -> bool:
        """Hold the hearing that is due next; whether there was one. Without a jury nothing is due."""
        if not self._hearings.jury.able:
            return False
        await self._give_back()
        async with self._store.writing() as records:
            sitting = await records.sittings.claim(self._clock.now())
        if sitting is None:
            return False
        claim = _Claim(sitting)
        try:
            await self._hold(claim)
        except Exception:
            # A claimed sitting must never be lost to a fault: it goes back, and is tried again later.
            log.exception("sitting %d could not be held; it is tried again in %s", sitting.id, _patience(sitting))
            self._owed.append(claim)
            await self._give_back()
        return True

    async def _give_back(self) -> None:
        while self._owed:
            claim = self._owed.pop()
            try:
                async with self._store.writing() as records:
                    if claim.charge_id is not None:
                        # What was paid before the fault is not known: no cap shall be overrun by it.
                        await records.ledger.settle(claim.charge_id, Usage(cost=claim.reserved))
                    await records.sittings.postpone(claim.sitting.id, self._clock.now() + _patience(claim.sitting))
            except Exception:
                self._owed.append(claim)
                raise

    async def _hold(self, claim: _Claim) -> None:
        async with self._store.reading() as records:
            summons = await summon(records, claim.sitting, self._hearings.jury)
        if summons is None:
            async with self._store.writing() as records:
                await records.sittings.finish(claim.sitting.id)
            return
        if not await self._reserve(claim, summons):
            return
        summons, spent = await self._look_up(summons)
        hearing = await self._hearings.hold(
            summons.case, summons.session, summons.previous, conditions=summons.conditions
        )
        assert claim.charge_id is not None  # noqa: S101 - it was reserved above
        async with self._store.writing() as records:
            await records.rosters.put(self._hearings.jury.roster)
            await records.ledger.settle(claim.charge_id, hearing.usage + spent)
            await keep(records, summons, hearing, self._randomness)
        log.info(
            "№ %s session %d (%s): %s, %s",
            summons.case.docket_number,
            hearing.session,
            hearing.kind,
            hearing.disposition,
            hearing.verdict,
        )
        self._ring()

    async def _reserve(self, claim: _Claim, summons: Summons) -> bool:
        """Set the cost aside, or adjourn; whether the hearing may be held."""
        jury, case, now = self._hearings.jury, summons.case, self._clock.now()
        cost = estimate_hearing(jury, case, summons.conditions, now.date())
        if self._research.due(summons.background):
            cost += estimate_research(jury, case, now.date())
        async with self._store.writing() as records:
            charge = await self._treasury.reserve(records, case, summons.settings, cost, now)
            if not isinstance(charge, Adjournment):
                claim.charge_id, claim.reserved = charge, cost.ceiling
                return True
            await records.sittings.adjourn(claim.sitting.id, charge.until)
            if charge.notice is not None and await records.guilds.adjourn(case.guild_id, charge.until):
                log.warning("guild %d: %s", case.guild_id, charge.notice)
                await records.outbox.add(DispatchKind.NOTICE, case.guild_id, now, detail=charge.notice)
        self._ring()
        return False

    async def _look_up(self, summons: Summons) -> tuple[Summons, Usage]:
        """Have the clerk research the case where that is due; the summons with what is known now, and what it took."""
        if not self._research.due(summons.background):
            return summons, Usage()
        found: Background | None = await self._research.research(summons.case)
        if found is None:
            return summons, Usage()
        async with self._store.writing() as records:
            found = await records.backgrounds.add(found)
        return replace(summons, conditions=replace(summons.conditions, background=found)), found.usage


def _patience(sitting: Sitting) -> timedelta:
    doubled: timedelta = AFTER_A_FAILURE * 2 ** min(sitting.attempts - 1, 10)
    return min(doubled, timedelta(days=1))
