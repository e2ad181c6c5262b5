"""What follows from faults of the host: they are told once, and hearings that they keep from a quorum wait."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from court.announcements.faults import HostFaultFound, ModelsOut
from court.announcements.host import HostNotices
from court.hearings.claim import Claim
from court.jury.pool import Jury
from court.jury.reach import Outage, Reach
from court.jury.recusal import recused_from
from court.models import Case, HostFault, Usage
from court.models.announcements import HOST_ID
from court.ports import Clock, Repositories, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Variables:
    """The names of the host's settings for a vendor."""

    key: Callable[[str], str]
    address: Callable[[str], str]


class HostFaultService:
    """Tells the host and moderators of what the jury's `reach` finds out, and puts hearings off."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        jury: Jury,
        reach: Reach,
        host: HostNotices,
        wake: Callable[[], None],
        variables: Variables,
    ) -> None:
        """Set up the service.

        Args:
            store: the record, which knows what has been told.
            clock: gives the time.
            jury: today's jury.
            reach: what is out. The jury has the same.
            host: tells the host.
            wake: called when hearings have become due.
            variables: names the host's settings.
        """
        self._store = store
        self._clock = clock
        self._jury = jury
        self._reach = reach
        self._host = host
        self._wake = wake
        self._variables = variables
        self._told: set[tuple[int, str, HostFault]] = set()
        """What servers are known to have been told, so that the record need not be asked again."""

    async def recover(self, repos: Repositories) -> None:
        """At the start, forget what was told about models that are no longer asked, and watch for the others."""
        told = await repos.faults.subjects()
        jury = self._jury
        models = [*jury.pool, *(() if jury.judge is None else (jury.judge.ref,))]
        asked = {ref.provider for ref in models} | {str(ref) for ref in models}
        if told - asked:
            await repos.faults.over(told - asked)
        self._reach.doubt(told & asked)

    def try_all(self) -> None:
        """Try everything again, because the clock was wrong when it was put off."""
        self._reach.try_all()

    async def put_off(self, repos: Repositories, claim: Claim, until: datetime) -> None:
        """Give a due hearing back that has no quorum. What was spent on it is settled.

        One that was paid for counts as an attempt and waits longer each time, because the next may be paid as well.
        """
        await claim.close_charge(repos)
        now, paid = self._clock.now(), claim.used != Usage()
        if paid:
            until = max(until, now + claim.retry_delay)
        await repos.hearing_queue.put_off(claim.due_hearing.id, now, until, counts=paid)
        log.debug(
            "hearing %d of the queue waits until %s for its jury", claim.due_hearing.id, f"{until:%Y-%m-%d %H:%M}"
        )

    async def settle(self, case: Case, *, waits: bool) -> None:
        """Tell what is to be told after a case was heard or put off, and make due what waited for an answer.

        Args:
            case: the case.
            waits: whether it was put off.

        Raises:
            StorageError: when the record cannot be written. It is told the next time.
        """
        news = self._reach.news
        untold = [
            one
            for one in self._reach.outages
            if (case.guild_id, one.subject, one.fault) not in self._told and self._concerns(one, case)
        ]
        if not (news.found or news.ended or untold):
            return
        now = self._clock.now()
        async with self._store.writing() as repos:
            for outage in news.found:
                await self._tell_host(repos, outage, now)
            if news.ended:
                await repos.faults.over(news.ended)
                await repos.hearing_queue.reached(now)
            for outage in untold:
                await self._tell_moderators(repos, outage, case, now, waits=waits)
        self._reach.forget(news)
        self._told = {told for told in self._told if told[1] not in news.ended}
        self._told |= {(case.guild_id, outage.subject, outage.fault) for outage in untold}
        for subject in sorted(news.ended):
            log.info("%s can be asked again", subject)
        self._wake()

    def _concerns(self, outage: Outage, case: Case) -> bool:
        """Return whether an outage keeps a model from a case: a juror that is not recused, the judge or researcher."""
        recused = recused_from(case.statement, self._jury.pool)
        return self._writes(outage) or any(ref not in recused for ref in self._jury.pool if outage.covers(ref))

    def _writes(self, outage: Outage) -> bool:
        helpers = (self._jury.judge, self._jury.researcher)
        return any(model is not None and outage.covers(model.ref) for model in helpers)

    async def _tell_host(self, repos: Repositories, outage: Outage, now: datetime) -> None:
        notice = host_fault(outage, self._jury, self._variables)
        if await repos.faults.tell(HOST_ID, outage.subject, outage.fault, now):
            await self._host.add(repos, notice, now)
        else:
            # Told in the channel before a restart. Each log has it all the same.
            self._host.log(notice)

    async def _tell_moderators(
        self, repos: Repositories, outage: Outage, case: Case, now: datetime, *, waits: bool
    ) -> None:
        if not await repos.faults.tell(case.guild_id, outage.subject, outage.fault, now):
            return
        judge = self._jury.judge
        notice = ModelsOut(
            outage.model.provider,
            outage.fault,
            _setting(outage, self._jury, self._variables),
            _model(outage),
            sits=any(map(outage.covers, self._jury.pool)),
            writes=judge is not None and outage.covers(judge.ref),
            nothing_heard=waits,
        )
        await repos.outbox.add(notice, case.guild_id, now)


def host_fault(outage: Outage, jury: Jury, variables: Variables) -> HostFaultFound:
    """Return what the host is told of an outage."""
    return HostFaultFound(outage.model.provider, outage.fault, _setting(outage, jury, variables), _model(outage))


def _setting(outage: Outage, jury: Jury, variables: Variables) -> str:
    if outage.fault is HostFault.UNKNOWN_MODEL:
        return "JURORS" if outage.model in jury.pool else "JUDGE"
    if outage.fault is HostFault.UNREACHABLE:
        return variables.address(outage.model.provider)
    return variables.key(outage.model.provider)


def _model(outage: Outage) -> str | None:
    return str(outage.model) if outage.fault.of_one_model else None
