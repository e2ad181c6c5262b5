"""Hearing what is due: claim a due hearing, set its cost aside, hold it, and record all that follows from it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from court.announcements.host import HostNotices
from court.claims import Returns, nothing
from court.counting.intervals import LONGEST_WAIT
from court.errors import QuorumOutOfReach, StorageError
from court.hearings.budget import SHORTLY, Adjournment, ChargeAllowance, HearingBudget
from court.hearings.claim import Charge, Claim, close_cut_off, lease_on_hearing, set_aside
from court.hearings.conduct import HearingService
from court.hearings.estimates import estimate_due_hearing
from court.hearings.faults import HostFaultService
from court.hearings.host_log import label_of, log_adjourned, log_held
from court.hearings.preparation import PreparedHearing, prepare
from court.hearings.recording import record_background, record_hearing, served_as_judge
from court.hearings.results import Result, Results
from court.jury.attempts import Allowance
from court.jury.research import ResearchService
from court.models import Hearing, Usage
from court.ports import Clock, Randomness, Repositories, Store

log = logging.getLogger(__name__)


class HearingQueueService:
    """Holds the hearings that are due, one per call; several workers may call at once."""

    def __init__(
        self,
        store: Store,
        hearings: HearingService,
        research: ResearchService,
        budget: HearingBudget,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        owner: str,
        host: HostNotices,
        faults: HostFaultService,
    ) -> None:
        self._store = store
        self._hearings = hearings
        self._research = research
        self._budget = budget
        self._clock = clock
        self._randomness = randomness
        self._wake = wake
        self._owner = owner
        self._host = host
        self._faults = faults
        self._returns = Returns(self._give_back)
        self._results = Results(store)
        self._cancelled: list[Claim] = []
        self._heard: set[int] = set()
        """Guilds for which a hearing has begun since the start."""

    async def recover(self) -> int:
        """Give back the hearings that a killed process had claimed; return how many.

        What it had set aside counts as spent, because nobody can tell what its jurors were paid. Caps and keys may
        have been changed for this start, so what waited for either is tried again; where a cap still holds,
        moderators have already been notified. No hearing waits longer than the longest interval, in case the
        clock was wrong when it was scheduled. Where other processes may work on the record too, the claims of the
        dead are taken over when their leases are over.
        """
        async with self._store.writing() as repos:
            released = 0
            if self._store.exclusive:
                await close_cut_off(repos, self._host, self._clock.now())
                released = await repos.hearing_queue.release_all()
            await self._into_range(repos)
            await self._faults.recover(repos)
        # The claims that are still to be returned were released with the rest: returning one later would take it
        # from whoever claims it next.
        self._returns.forget()
        self._cancelled.clear()
        self._heard.clear()
        return released

    async def bring_into_range(self) -> int:
        """After a jump of the clock, let no hearing wait longer than the longest interval; return how many did.

        What a cap had adjourned is tried again: the day or the month for which it waits may be far away now. So is what
        waits for its jury.
        """
        self._faults.try_all()
        async with self._store.writing() as repos:
            brought = await self._into_range(repos)
        # What guilds were told about a cap may hold for days that are far away now as well.
        self._heard.clear()
        return brought

    async def _into_range(self, repos: Repositories) -> int:
        now = self._clock.now()
        brought = await repos.hearing_queue.bring_forward(now + LONGEST_WAIT)
        await repos.hearing_queue.resume(now)
        await repos.hearing_queue.reached(now)
        return brought

    async def close(self) -> None:
        """Record what still can be, before the process ends. No hearing may be under way.

        The charges of hearings that were stopped are closed, so that the next start does not take them for the
        victims of a crash.
        """
        stopped, self._cancelled = self._cancelled, []
        # A record that could not be written just now would only keep the process from ending.
        if not await self._results.close() or not stopped:
            return
        try:
            async with self._store.writing() as repos:
                for claim in stopped:
                    await claim.close_charge(repos)
        except StorageError as error:
            log.warning("the charges of hearings that were stopped are still open: %s", error)

    async def hold_next(self, claimed: Callable[[], None] = nothing) -> bool:
        """Hold the hearing that is due next; return whether there was one. Without a jury nothing is due.

        Nor is anything while jurors of other hearings wait for their turn at a vendor. `claimed` is called as soon as
        there is one.

        Raises:
            StorageError: when the record cannot be written, or a result still waits to be recorded.
        """
        if not self._hearings.jury.able:
            return False
        await self._results.record_all()
        await self._returns.settle()
        if self._hearings.jury.limits.crowded:
            return False
        now = self._clock.now()
        lease = lease_on_hearing(self._owner, now, self._hearings.jury.timeout)
        async with self._store.writing() as repos:
            due_hearing = await repos.hearing_queue.claim(now, lease)
        if due_hearing is None:
            return False
        claimed()
        claim = Claim(due_hearing)
        try:
            await self._hold(claim)
        except asyncio.CancelledError:
            self._cancelled.append(claim)
            raise
        except Exception:
            # An error must never lose a claimed hearing: it is given back and tried again later.
            log.exception(
                "hearing %d of the queue could not be held; it will be tried again in %s",
                due_hearing.id,
                claim.retry_delay,
            )
            self._returns.add(claim)
        await self._returns.settle()
        if claim.case is not None:
            await self._faults.settle(claim.case, waits=claim.put_off)
        return True

    async def _give_back(self, claim: Claim) -> None:
        async with self._store.writing() as repos:
            await claim.close_charge(repos)
            await self._tell_halves(repos, claim)
            due_again = self._clock.now() + claim.retry_delay
            await repos.hearing_queue.postpone(claim.due_hearing.id, due_again)

    async def _hold(self, claim: Claim) -> None:
        async with self._store.reading() as repos:
            prepared = await prepare(repos, claim.due_hearing, self._hearings.jury)
            absent = prepared is not None and await repos.guilds.absent(prepared.case.guild_id)
        if prepared is None or absent:
            async with self._store.writing() as repos:
                await set_aside(repos, claim.due_hearing, None if prepared is None else prepared.case.guild_id)
            return
        claim.case = prepared.case
        if (until := self._hearings.out_until(prepared.case, prepared.conditions)) is not None:
            await self._put_off(claim, until)
            return
        # Asked only once: for research that becomes due a moment later, nothing was set aside.
        researching = self._research.due(prepared.background)
        allowance = await self._reserve(claim, prepared, researching=researching)
        if allowance is None:
            return
        # Another worker's result may wait by now, and nothing new is asked before it is recorded.
        await self._results.record_all()
        ready = await self._look_up(claim, prepared, allowance) if researching else prepared
        if ready is None:
            return
        await self._hear(claim, ready, allowance)

    async def _put_off(self, claim: Claim, until: datetime) -> None:
        async with self._store.writing() as repos:
            await self._faults.put_off(repos, claim, until)
            await self._tell_halves(repos, claim)
        claim.put_off = True

    async def _hear(self, claim: Claim, prepared: PreparedHearing, allowance: Allowance) -> None:
        researched = claim.used or Usage()
        claim.used = None
        case, session, previous, conditions = prepared.case, prepared.session, prepared.previous, prepared.conditions
        try:
            hearing = await self._hearings.hold(case, session, previous, conditions=conditions, allowance=allowance)
        except QuorumOutOfReach as error:
            claim.used = error.usage + researched
            await self._put_off(claim, error.again)
            return
        # For the case that the record refuses the hearing: its true cost is known.
        claim.used = hearing.usage + researched
        await self._results.add(
            Result(
                label_of(prepared, hearing),
                partial(self._record, claim, prepared, hearing),
                partial(self._recorded, prepared, hearing, researched),
                partial(self._returns.add, claim),
            )
        )

    async def _record(self, claim: Claim, prepared: PreparedHearing, hearing: Hearing, repos: Repositories) -> None:
        await claim.close_charge(repos)
        stored = await repos.hearings.get(hearing.case_id, hearing.session)
        if stored is not None:
            if stored.opened_at != hearing.opened_at:
                log.error("%s was recorded by somebody else; this result is dropped", label_of(prepared, hearing))
            return
        await repos.rosters.put(self._hearings.roster(prepared.conditions, hearing))
        await repos.served_models.put({**served_as_judge(hearing), **hearing.served}, hearing.closed_at)
        await record_hearing(repos, prepared, hearing, self._randomness)
        await self._tell_halves(repos, claim)
        # Money that was set aside but not spent goes to hearings that cannot wait, before routine ones take it.
        await repos.hearing_queue.hurry(self._clock.now(), self._clock.now() + SHORTLY)

    async def _tell_halves(self, repos: Repositories, claim: Claim) -> None:
        """Tell the host if the charge of a claim, which is closed now, has brought a server to half of a cap."""
        if claim.charge is None:
            return
        settings = await repos.guilds.get(claim.charge.guild_id)
        for notice in await self._budget.half_spent(repos, settings, claim.charge.began):
            await self._host.add(repos, notice, self._clock.now())

    def _recorded(self, prepared: PreparedHearing, hearing: Hearing, researched: Usage) -> None:
        capped = self._budget.capped(prepared.settings, self._clock.now())
        out = self._hearings.jury.out
        log_held(prepared, hearing, hearing.usage + researched, capped=capped, out=out)
        self._wake()

    async def _reserve(self, claim: Claim, prepared: PreparedHearing, *, researching: bool) -> Allowance | None:
        """Set the cost aside, or adjourn. Return what pays for retries, or None if the hearing may not be held."""
        jury, case, now = self._hearings.jury, prepared.case, self._clock.now()
        cost = estimate_due_hearing(jury, case, prepared.conditions, now.date(), researching=researching)
        async with self._store.writing() as repos:
            charge = await self._budget.reserve(repos, case, prepared.settings, cost, now)
            if isinstance(charge, Adjournment):
                await self._adjourn(repos, claim, prepared, charge)
            elif case.guild_id not in self._heard:
                # A cap that was announced before the start no longer holds: the next one is news.
                await repos.guilds.resume(case.guild_id)
        if isinstance(charge, Adjournment):
            self._wake()
            return None
        # Only after the commit: the id of a charge that was not kept may go to another hearing.
        claim.charge = Charge(charge, case.guild_id, now)
        self._heard.add(case.guild_id)
        return ChargeAllowance(self._store, self._budget, case.guild_id, charge, now)

    async def _adjourn(
        self, repos: Repositories, claim: Claim, prepared: PreparedHearing, adjournment: Adjournment
    ) -> None:
        guild_id, until = prepared.case.guild_id, adjournment.until
        await repos.hearing_queue.adjourn(claim.due_hearing.id, until)
        log.info("№ %s is adjourned by a cap until %s", prepared.case.number, until.isoformat(" ", "minutes"))
        if adjournment.notice is not None and await repos.guilds.adjourn(guild_id, until):
            log_adjourned(guild_id, adjournment.notice)
            await repos.outbox.add(adjournment.notice, guild_id, self._clock.now())

    async def _look_up(self, claim: Claim, prepared: PreparedHearing, allowance: Allowance) -> PreparedHearing | None:
        """Have the case researched. Return the hearing with the new background.

        Return None if the background could not be recorded: it is kept, and the hearing is put off until it is.
        """
        claim.used = None
        found = await self._research.research(prepared.case, prepared.background, allowance)
        claim.used = Usage() if found is None else found.usage
        if found is None:
            return prepared
        label = f"the background of № {prepared.case.number}"
        if not await self._results.add(Result(label, partial(record_background, found, prepared.background))):
            self._returns.add(claim)
            return None
        async with self._store.reading() as repos:
            found = await repos.backgrounds.latest(prepared.case.id)
        return replace(prepared, conditions=replace(prepared.conditions, background=found))
