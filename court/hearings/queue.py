"""Hearing what is due: claim a due hearing, set its cost aside, hold it, and record all that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from court.announcements.kinds import AdjournmentNotice
from court.claims import Returns, nothing
from court.counting.intervals import LONGEST_WAIT
from court.hearings.budget import SHORTLY, Adjournment, HearingBudget
from court.hearings.conduct import HearingService
from court.hearings.estimates import estimate_due_hearing
from court.hearings.preparation import PreparedHearing, prepare
from court.hearings.recording import record_hearing
from court.jury.judge import TRIES
from court.jury.polling import REPLACED
from court.jury.research import ResearchService
from court.models import Hearing, Outcome, Usage, dollars
from court.models.work import DueHearing, Lease, backoff
from court.ports import Clock, Randomness, Repositories, Store

log = logging.getLogger(__name__)

AFTER_A_FAILURE = timedelta(minutes=5)
"""Doubled with every attempt, up to a day, because each attempt may already have paid the jurors."""

CALLS = 2 + TRIES
"""Calls of models that follow each other in one hearing: the research, the jurors and the tries of the judge."""

SLACK = timedelta(minutes=10)
"""How much longer than its calls a hearing may take before it counts as a dead process's."""

FAILED = REPLACED | {Outcome.TIMEOUT}
"""Outcomes whose causes a host can fix."""


@dataclass(slots=True)
class _Claim:
    """A due hearing that this process has claimed, with what was set aside for it."""

    due_hearing: DueHearing
    charge_id: int | None = None
    reserved: int = 0


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
    ) -> None:
        self._store = store
        self._hearings = hearings
        self._research = research
        self._budget = budget
        self._clock = clock
        self._randomness = randomness
        self._wake = wake
        self._owner = owner
        self._returns = Returns(self._give_back)
        self._heard: set[int] = set()
        """Guilds for which a hearing has begun since the start."""

    async def recover(self) -> int:
        """Give back the hearings that a killed process had claimed; return how many.

        What it had set aside counts as spent, because nobody can tell what its jurors were paid. Caps may
        have been changed for this start, so what they had adjourned is tried again; where they still hold,
        moderators have already been notified. No hearing waits longer than the longest interval, in case the
        clock was wrong when it was scheduled.
        """
        async with self._store.writing() as repos:
            await repos.charges.close_open()
            released = await repos.hearing_queue.release_all()
            await self._into_range(repos)
        # The claims that are still to be returned were released with the rest: returning one later would take it
        # from whoever claims it next.
        self._returns.forget()
        self._heard.clear()
        return released

    async def bring_into_range(self) -> int:
        """After a jump of the clock, let no hearing wait longer than the longest interval; return how many did.

        What a cap had adjourned is tried again: the day or the month for which it waits may be far away now.
        """
        async with self._store.writing() as repos:
            brought = await self._into_range(repos)
        # What guilds were told about a cap may hold for days that are far away now as well.
        self._heard.clear()
        return brought

    async def _into_range(self, repos: Repositories) -> int:
        now = self._clock.now()
        brought = await repos.hearing_queue.bring_forward(now + LONGEST_WAIT)
        await repos.hearing_queue.resume(now)
        return brought

    async def hold_next(self, claimed: Callable[[], None] = nothing) -> bool:
        """Hold the hearing that is due next; return whether there was one. Without a jury nothing is due.

        `claimed` is called as soon as there is one.
        """
        if not self._hearings.jury.able:
            return False
        await self._returns.settle()
        now = self._clock.now()
        lease = Lease(self._owner, now + CALLS * timedelta(seconds=self._hearings.jury.timeout) + SLACK)
        async with self._store.writing() as repos:
            due_hearing = await repos.hearing_queue.claim(now, lease)
        if due_hearing is None:
            return False
        claimed()
        claim = _Claim(due_hearing)
        try:
            await self._hold(claim)
        except Exception:
            # An error must never lose a claimed hearing: it is given back and tried again later.
            log.exception(
                "hearing %d of the queue could not be held; it will be tried again in %s",
                due_hearing.id,
                _retry_delay(due_hearing),
            )
            self._returns.add(claim)
            await self._returns.settle()
        return True

    async def _give_back(self, claim: _Claim) -> None:
        async with self._store.writing() as repos:
            if claim.charge_id is not None:
                # Nobody knows what was paid before the error. The ceiling counts, so that no cap is exceeded.
                await repos.charges.settle(claim.charge_id, Usage(cost=claim.reserved))
            due_again = self._clock.now() + _retry_delay(claim.due_hearing)
            await repos.hearing_queue.postpone(claim.due_hearing.id, due_again)

    async def _hold(self, claim: _Claim) -> None:
        async with self._store.reading() as repos:
            prepared = await prepare(repos, claim.due_hearing, self._hearings.jury)
        if prepared is None:
            async with self._store.writing() as repos:
                await repos.hearing_queue.finish(claim.due_hearing.id)
            return
        # Asked only once: for research that becomes due a moment later, nothing was set aside.
        researching = self._research.due(prepared.background)
        if not await self._reserve(claim, prepared, researching=researching):
            return
        prepared, researched = await self._look_up(prepared) if researching else (prepared, Usage())
        hearing = await self._hearings.hold(
            prepared.case, prepared.session, prepared.previous, conditions=prepared.conditions
        )
        assert claim.charge_id is not None  # noqa: S101 - it was reserved above
        async with self._store.writing() as repos:
            await repos.rosters.put(self._hearings.jury.roster)
            await repos.charges.settle(claim.charge_id, hearing.usage + researched)
            await record_hearing(repos, prepared, hearing, self._randomness)
            # Money that was set aside but not spent goes to hearings that cannot wait, before routine ones take it.
            await repos.hearing_queue.hurry(self._clock.now(), self._clock.now() + SHORTLY)
        self._log(prepared, hearing, researched)
        self._wake()

    async def _reserve(self, claim: _Claim, prepared: PreparedHearing, *, researching: bool) -> bool:
        """Set the cost aside, or adjourn; return whether the hearing may be held."""
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
            return False
        # Only after the commit: the id of a charge that was not kept may go to another hearing.
        claim.charge_id, claim.reserved = charge, cost.ceiling
        self._heard.add(case.guild_id)
        return True

    async def _adjourn(
        self, repos: Repositories, claim: _Claim, prepared: PreparedHearing, adjournment: Adjournment
    ) -> None:
        guild_id, until = prepared.case.guild_id, adjournment.until
        await repos.hearing_queue.adjourn(claim.due_hearing.id, until)
        log.info("№ %s is adjourned by a cap until %s", prepared.case.number, until.isoformat(" ", "minutes"))
        if adjournment.notice is not None and await repos.guilds.adjourn(guild_id, until):
            log.warning("guild %d: %s", guild_id, _as_log_line(adjournment.notice))
            await repos.outbox.add(adjournment.notice, guild_id, self._clock.now())

    async def _look_up(self, prepared: PreparedHearing) -> tuple[PreparedHearing, Usage]:
        """Have the case researched. Return the hearing with the new background, and what the research used."""
        found = await self._research.research(prepared.case)
        if found is None:
            return prepared, Usage()
        async with self._store.writing() as repos:
            found = await repos.backgrounds.add(found)
        return replace(prepared, conditions=replace(prepared.conditions, background=found)), found.usage

    def _log(self, prepared: PreparedHearing, hearing: Hearing, researched: Usage) -> None:
        """Log for the host what was held, who failed, and how many answers no cap can count."""
        held = f"№ {prepared.case.number} session {hearing.session}"
        log.info("%s (%s): %s, %s", held, hearing.kind, hearing.disposition, hearing.verdict)
        for opinion in (*hearing.opinions, *hearing.replaced, *hearing.former):
            if opinion.outcome in FAILED:
                log.warning("%s: %s: %s: %s", held, opinion.model, opinion.outcome, opinion.cause)
        unpriced = (hearing.usage + researched).unpriced
        if unpriced and self._budget.capped(prepared.settings, self._clock.now()):
            log.warning("%s: no price is known for %d answers, so no cap covers them", held, unpriced)


def _as_log_line(notice: AdjournmentNotice) -> str:
    whose = "the host's" if notice.of_host else "the server's"
    return (
        f"hearings are adjourned until {notice.until:%Y-%m-%d %H:%M} UTC; {whose} cap per {notice.period} is "
        f"{dollars(notice.cap)}, {dollars(notice.spent)} is spent, the next may cost up to {dollars(notice.ceiling)}"
    )


def _retry_delay(due_hearing: DueHearing) -> timedelta:
    return backoff(AFTER_A_FAILURE, due_hearing.attempts, timedelta(days=1))
