"""The cap: what hearings may cost is set aside before they are held, within the caps, and settled after.

Money is in millionths of a US dollar; days and months are UTC's. All of it is rows, so that a
restart forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from court.announcements.kinds import AdjournmentNotice, CapPeriod
from court.jury.costs import Estimate
from court.models import Case, GuildSettings
from court.ports import Repositories


@dataclass(frozen=True, slots=True)
class Caps:
    """What the host lets hearings cost; none for no cap."""

    daily: int | None = None
    monthly: int | None = None
    server_daily: int | None = None
    """For each server; its admins may set a lower one."""
    server_monthly: int | None = None


@dataclass(frozen=True, slots=True)
class Adjournment:
    """A cap holds until then. `notice` tells moderators why; none where it is only a matter of a moment."""

    until: datetime
    notice: AdjournmentNotice | None


SHORTLY = timedelta(minutes=1)
"""A hearing that only waits for what other hearings have set aside is tried again after it."""


@dataclass(frozen=True, slots=True)
class _Cap:
    """One cap: over which time, and whose."""

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
        """Set aside what a hearing may cost at most: the charge's id, or until when the court adjourns.

        To be called in the transaction that would begin the hearing.
        """
        held = [await self._holding(repos, cap, cost, now) for cap in self._caps_on(settings, now)]
        adjournments = [adjournment for adjournment in held if adjournment is not None]
        if not adjournments:
            return await repos.charges.reserve(case.guild_id, case.id, now, cost.ceiling)
        return max(adjournments, key=lambda adjournment: adjournment.until)

    def capped(self, settings: GuildSettings, now: datetime) -> bool:
        """Whether any cap, the host's or the server's own, is set on this server's hearings."""
        return any(True for _ in self._caps_on(settings, now))

    def _caps_on(self, settings: GuildSettings, now: datetime) -> Iterator[_Cap]:
        day, month = periods(now)
        next_month = (month + timedelta(days=31)).replace(day=1)
        caps = self.caps
        for hosts, given, own, since, until, period in (
            (caps.daily, caps.server_daily, settings.daily_cap, day, day + timedelta(days=1), CapPeriod.DAY),
            (caps.monthly, caps.server_monthly, settings.monthly_cap, month, next_month, CapPeriod.MONTH),
        ):
            if hosts is not None:
                yield _Cap(hosts, period, since, until, None)
            cap = lower(given, own)
            if cap is not None:
                yield _Cap(cap, period, since, until, settings.guild_id, by_admin=cap == own != given)

    async def _holding(self, repos: Repositories, cap: _Cap, cost: Estimate, now: datetime) -> Adjournment | None:
        spent = await repos.charges.spent(cap.since, cap.guild_id)
        if spent + cost.ceiling <= cap.cap:
            return None
        under_way = await repos.charges.reserved(cap.since, cap.guild_id)
        if under_way and spent - under_way + cost.ceiling <= cap.cap:
            return Adjournment(now + SHORTLY, None)
        return Adjournment(cap.until, _notice(cap, spent, cost))


def periods(now: datetime) -> tuple[datetime, datetime]:
    """When the day and the month of UTC began."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


def lower(one: int | None, other: int | None) -> int | None:
    """The cap that holds where two are set."""
    set_ = [cap for cap in (one, other) if cap is not None]
    return min(set_, default=None)


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
