"""Hearing what is due: claim a sitting, set its cost aside, hold the hearing, and keep all that came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from court.hearings.budget import SHORTLY, Adjournment, Treasury
from court.hearings.conduct import HearingService
from court.hearings.estimates import estimate_sitting
from court.hearings.preparation import Summons, summon
from court.hearings.recording import keep
from court.jury.polling import REPLACED
from court.jury.research import ResearchService
from court.models import Hearing, Outcome, Usage
from court.models.work import DispatchKind, Sitting, patience
from court.ports import Clock, Randomness, Records, Store

log = logging.getLogger(__name__)

AFTER_A_FAILURE = timedelta(minutes=5)
"""Doubled with every attempt, a day at most: each attempt may have paid the jurors already."""

FAILED = REPLACED | {Outcome.TIMEOUT}
"""What a host can mend."""


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
        self._sat: set[int] = set()
        """Guilds that had something heard since the start."""

    async def recover(self) -> int:
        """Give back the sittings of a process that was killed, to be held again; how many.

        What it had set aside counts as spent: nobody can tell what its jurors were paid. Caps may have
        been changed for this start, so what they had adjourned is tried anew; where they still hold,
        moderators have been told already.
        """
        async with self._store.writing() as records:
            await records.ledger.close_open()
            await records.sittings.resume(self._clock.now())
            released = await records.sittings.release_all()
        # What was owed is given back with the rest: to do it again would take it from whoever claims it next.
        self._owed.clear()
        self._sat.clear()
        return released

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
        # Asked once: what is due a moment later has nothing set aside for it.
        researching = self._research.due(summons.background)
        if not await self._reserve(claim, summons, researching=researching):
            return
        summons, spent = await self._look_up(summons) if researching else (summons, Usage())
        hearing = await self._hearings.hold(
            summons.case, summons.session, summons.previous, conditions=summons.conditions
        )
        assert claim.charge_id is not None  # noqa: S101 - it was reserved above
        async with self._store.writing() as records:
            await records.rosters.put(self._hearings.jury.roster)
            await records.ledger.settle(claim.charge_id, hearing.usage + spent)
            await keep(records, summons, hearing, self._randomness)
            # What is left of the money set aside goes to what cannot wait, before routine hearings take it.
            await records.sittings.hurry(self._clock.now(), self._clock.now() + SHORTLY)
        self._tell(summons, hearing, spent)
        self._ring()

    async def _reserve(self, claim: _Claim, summons: Summons, *, researching: bool) -> bool:
        """Set the cost aside, or adjourn; whether the hearing may be held."""
        jury, case, now = self._hearings.jury, summons.case, self._clock.now()
        cost = estimate_sitting(jury, case, summons.conditions, now.date(), researching=researching)
        async with self._store.writing() as records:
            charge = await self._treasury.reserve(records, case, summons.settings, cost, now)
            if isinstance(charge, Adjournment):
                await self._adjourn(records, claim, summons, charge)
            elif case.guild_id not in self._sat:
                # A cap that was told before the start holds no more: the next one is news.
                await records.guilds.resume(case.guild_id)
        if isinstance(charge, Adjournment):
            self._ring()
            return False
        # Not before the commit: of a charge that was not kept, another hearing may get the id.
        claim.charge_id, claim.reserved = charge, cost.ceiling
        self._sat.add(case.guild_id)
        return True

    async def _adjourn(self, records: Records, claim: _Claim, summons: Summons, held: Adjournment) -> None:
        guild_id = summons.case.guild_id
        await records.sittings.adjourn(claim.sitting.id, held.until)
        log.info(
            "№ %s is adjourned by a cap until %s", summons.case.docket_number, held.until.isoformat(" ", "minutes")
        )
        if held.notice is not None and await records.guilds.adjourn(guild_id, held.until):
            log.warning("guild %d: %s", guild_id, held.notice)
            await records.outbox.add(DispatchKind.NOTICE, guild_id, self._clock.now(), detail=held.notice)

    async def _look_up(self, summons: Summons) -> tuple[Summons, Usage]:
        """Have the clerk research the case; the summons with what is known now, and what it took."""
        found = await self._research.research(summons.case)
        if found is None:
            return summons, Usage()
        async with self._store.writing() as records:
            found = await records.backgrounds.add(found)
        return replace(summons, conditions=replace(summons.conditions, background=found)), found.usage

    def _tell(self, summons: Summons, hearing: Hearing, spent: Usage) -> None:
        """Tell the host what was held, who failed, and what no cap can count."""
        held = f"№ {summons.case.docket_number} session {hearing.session}"
        log.info("%s (%s): %s, %s", held, hearing.kind, hearing.disposition, hearing.verdict)
        for opinion in (*hearing.opinions, *hearing.replaced, *hearing.former):
            if opinion.outcome in FAILED:
                log.warning("%s: %s: %s: %s", held, opinion.model, opinion.outcome, opinion.cause)
        unpriced = (hearing.usage + spent).unpriced
        if unpriced and self._treasury.capped(summons.settings, self._clock.now()):
            log.warning("%s: no price is known for %d answers, which are under no cap", held, unpriced)


def _patience(sitting: Sitting) -> timedelta:
    return patience(AFTER_A_FAILURE, sitting.attempts, timedelta(days=1))
