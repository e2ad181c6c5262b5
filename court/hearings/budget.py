"""Caps: what a hearing may cost is set aside before it is held, within the caps, and settled afterwards.

Money is in millionths of a US dollar; days and months are in UTC. All of it is stored in rows, so
a restart forgets nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from court.announcements.kinds import AdjournmentNotice, HalfSpent
from court.errors import StorageError
from court.jury.costs import Estimate
from court.models import CapPeriod, Case, CutOff, GuildSettings
from court.ports import Repositories, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caps:
    """What the host lets hearings cost; None for no cap."""

    daily: int | None = None
    monthly: int | None = None
    server_daily: int | None = None
    """For each server; its admins may set a lower one."""
    server_monthly: int | None = None


MONTH = timedelta(days=30)
"""The month of a forecast."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a cap allows in `MONTH`. `of_host` says that no admin of the server can raise it."""

    cap: int
    period: CapPeriod
    of_host: bool

    @property
    def monthly(self) -> int:
        return self.cap * MONTH.days if self.period is CapPeriod.DAY else self.cap


@dataclass(frozen=True, slots=True)
class Adjournment:
    """A cap holds a hearing up until then. `notice` tells moderators why; None if the wait is only a moment."""

    until: datetime
    notice: AdjournmentNotice | None


SHORTLY = timedelta(minutes=1)
"""How long a hearing waits that is held up only by what other hearings have set aside."""


@dataclass(frozen=True, slots=True)
class _Cap:
    """One cap, with its period and its owner."""

    cap: int
    period: CapPeriod
    since: datetime
    until: datetime
    guild_id: int | None
    """The server whose hearings it caps; None for the host's cap on all servers together."""
    by_admin: bool = False
    """Whether an admin of the server can raise it."""


class HearingBudget:
    """Keeps hearings within the caps."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps

    async def reserve(
        self, repos: Repositories, case: Case, settings: GuildSettings, cost: Estimate, now: datetime
    ) -> int | Adjournment:
        """Set aside what a hearing may cost at most. Return the charge's id, or an adjournment if a cap forbids it.

        Call it in the transaction that would begin the hearing.
        """
        checked = [await self._check(repos, cap, cost, now) for cap in self._caps_on(settings, now)]
        adjournments = [adjournment for adjournment in checked if adjournment is not None]
        if not adjournments:
            return await repos.charges.reserve(case.guild_id, case.id, now, cost.ceiling)
        return max(adjournments, key=lambda adjournment: adjournment.until)

    async def extend(
        self, repos: Repositories, charge_id: int, settings: GuildSettings, amount: int, began: datetime
    ) -> bool:
        """Set more aside for a hearing under way. Return whether the caps of the day and month it began in allow it."""
        for cap in self._caps_on(settings, began):
            if await repos.charges.spent(cap.since, cap.guild_id) + amount > cap.cap:
                return False
        return await repos.charges.extend(charge_id, amount)

    async def half_spent(self, repos: Repositories, settings: GuildSettings, now: datetime) -> list[HalfSpent]:
        """Return the caps that are half spent and have not been reported in this period, and mark them as reported.

        Where the host has a cap for each server, a server's own is not considered: the host is told once a period.
        """
        caps = self.caps
        watched = replace(
            settings,
            daily_cap=settings.daily_cap if caps.server_daily is None else None,
            monthly_cap=settings.monthly_cap if caps.server_monthly is None else None,
        )
        found = []
        for cap in self._caps_on(watched, now):
            if cap.guild_id is None:
                continue
            spent = await repos.charges.spent(cap.since, cap.guild_id)
            spent -= await repos.charges.reserved(cap.since, cap.guild_id)
            if 2 * spent >= cap.cap and await repos.guilds.note_half(cap.guild_id, cap.period, cap.until):
                found.append(HalfSpent(cap.guild_id, cap.period, spent, cap.cap))
        return found

    def capped(self, settings: GuildSettings, now: datetime) -> bool:
        """Return whether any cap, the host's or the server's own, is set on this server's hearings."""
        return any(True for _ in self._caps_on(settings, now))

    def limit(self, settings: GuildSettings, now: datetime) -> Limit | None:
        """Return the cap that allows this server's hearings the least in a month, or None if there is no cap."""
        limits = [Limit(cap.cap, cap.period, of_host=not cap.by_admin) for cap in self._caps_on(settings, now)]
        return min(limits, key=lambda limit: limit.monthly, default=None)

    def _caps_on(self, settings: GuildSettings, now: datetime) -> Iterator[_Cap]:
        day, month = periods(now)
        next_month = (month + timedelta(days=31)).replace(day=1)
        caps = self.caps
        for of_host, given, own, since, until, period in (
            (caps.daily, caps.server_daily, settings.daily_cap, day, day + timedelta(days=1), CapPeriod.DAY),
            (caps.monthly, caps.server_monthly, settings.monthly_cap, month, next_month, CapPeriod.MONTH),
        ):
            if of_host is not None:
                yield _Cap(of_host, period, since, until, None)
            cap = lower_cap(given, own)
            if cap is not None:
                yield _Cap(cap, period, since, until, settings.guild_id, by_admin=cap == own != given)

    async def _check(self, repos: Repositories, cap: _Cap, cost: Estimate, now: datetime) -> Adjournment | None:
        spent = await repos.charges.spent(cap.since, cap.guild_id)
        if spent + cost.ceiling <= cap.cap:
            return None
        under_way = await repos.charges.reserved(cap.since, cap.guild_id)
        if under_way and spent - under_way + cost.ceiling <= cap.cap:
            return Adjournment(now + SHORTLY, None)
        return Adjournment(cap.until, _notice(cap, spent, cost))


class ChargeAllowance:
    """The allowance of one hearing: its charge is extended before a model is asked again."""

    def __init__(self, store: Store, budget: HearingBudget, guild_id: int, charge_id: int, began: datetime) -> None:
        self._store = store
        self._budget = budget
        self._guild_id = guild_id
        self._charge_id = charge_id
        self._began = began

    async def extend(self, amount: int) -> bool:
        """Set more aside. Return False if the caps forbid it or the record cannot be written."""
        try:
            async with self._store.writing() as repos:
                settings = await repos.guilds.get(self._guild_id)
                return await self._budget.extend(repos, self._charge_id, settings, amount, self._began)
        except StorageError as error:
            log.warning("a model is not asked again, because what it may cost cannot be set aside: %s", error)
            return False


MANY_CUT_OFF = 3
"""The host is told when the bot was killed this often within a day while it held hearings."""


async def often_cut_off(repos: Repositories, now: datetime) -> CutOff | None:
    """Return the hearings that were cut off within the last 24 hours, if that happened often."""
    found = await repos.charges.cut_off(now - timedelta(days=1))
    return found if found.starts >= MANY_CUT_OFF else None


def periods(now: datetime) -> tuple[datetime, datetime]:
    """Return when the current day and the current month began, in UTC."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


def lower_cap(one: int | None, other: int | None) -> int | None:
    """Return the lower of two caps, where None stands for no cap."""
    return min((cap for cap in (one, other) if cap is not None), default=None)


def _notice(cap: _Cap, spent: int, cost: Estimate) -> AdjournmentNotice:
    return AdjournmentNotice(
        period=cap.period,
        of_host=cap.guild_id is None,
        by_admin=cap.by_admin,
        cap=cap.cap,
        spent=spent,
        ceiling=cost.ceiling,
        until=cap.until,
    )
