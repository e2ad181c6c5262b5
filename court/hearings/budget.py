"""Caps: what a hearing may cost is set aside before it is held, within the caps, and settled afterwards.

Money is in millionths of a US dollar; days and months are in UTC. All of it is stored in rows, so
a restart forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from court.announcements.kinds import AdjournmentNotice
from court.jury.costs import Estimate
from court.models import CapPeriod, Case, GuildSettings
from court.ports import Repositories


@dataclass(frozen=True, slots=True)
class Caps:
    """What the host lets hearings cost; None for no cap."""

    daily: int | None = None
    monthly: int | None = None
    server_daily: int | None = None
    """For each server; its admins may set a lower one."""
    server_monthly: int | None = None


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

    def capped(self, settings: GuildSettings, now: datetime) -> bool:
        """Return whether any cap, the host's or the server's own, is set on this server's hearings."""
        return any(True for _ in self._caps_on(settings, now))

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
